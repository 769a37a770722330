package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Sha256SumsIT {
    @Test
    void coreutilsAndWeReadEachOther(@TempDir Path temp) throws Exception {
        byte[] content = "content".getBytes(UTF_8);
        Sha256 digest = Sha256.of(Sha256.digester().digest(content));
        Files.write(temp.resolve("image one.raw"), content);
        for (String mode : new String[] {"--text", "--binary"}) {
            String list = Tools.shell(temp, "sha256sum " + mode + " *.raw");
            assertThat(Sha256Sums.parse(list.getBytes(UTF_8)).find("image one.raw"))
                    .hasValue(digest);
        }

        Files.writeString(temp.resolve("SHA256SUMS"), Sha256Sums.line("image one.raw", digest));

        assertThat(Tools.shell(temp, "sha256sum --strict -c SHA256SUMS")).isEqualTo("image one.raw: OK\n");
    }
}
