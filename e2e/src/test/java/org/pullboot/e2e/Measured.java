package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code pullboot uki measure} says before a boot. */
final class Measured {
    private Measured() {}

    /** The SHA-256 value of a register after these phases, in lower-case hexadecimal digits. */
    static String pcr(Path uki, int profile, int register, String phases) {
        String json = Checkout.run(
                "uki",
                "measure",
                uki.toString(),
                "--profile",
                Integer.toString(profile),
                "--phase",
                phases,
                "--bank",
                "sha256",
                "--json");
        Matcher matcher = Pattern.compile("\"pcr\":" + register + ",\"hash\":\"([0-9a-f]{64})\"")
                .matcher(json.replaceAll("\\s", ""));
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1);
    }
}
