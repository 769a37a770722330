package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Container images: a served layout boots to its own userspace, and the agent pulls another by itself. */
final class OciBootIT {
    @TempDir
    private Path directory;

    @Test
    void aLayoutBootsAndTheAgentPullsAnotherOne() throws Exception {
        String layout = layout("trixie");
        Path web = Files.createDirectory(directory.resolve("web"));
        Files.createSymbolicLink(web.resolve("extra"), Path.of(layout("extra")));
        Console console;
        try (var server = new PullbootServer(directory.resolve("state"), "oci:" + layout + ":13");
                var plain = new PlainWebServer(web)) {
            console = Machine.bootParts(
                    UkiParts.fetch(server.url(), directory),
                    server.url(),
                    1024,
                    "rd.systemd.pull=oci,portable,verify=no:extra:" + Machine.guest(plain.directory()) + "extra/",
                    "e2e.nvme=layers");
            assertThat(server.url()).endsWith("-13.efi");
        }

        BootedSystem.is(console, "oci", "trixie", "ID=debian VERSION_ID=13 CODENAME=trixie");
        assertThat(console.said("root")).containsExactly("is writable");
        assertThat(console.said("layers"))
                .as("what the second layer took away")
                .singleElement()
                .asString()
                .isEqualTo("issue 0 conf 0 whiteouts 0");
        assertThat(console.said("extra")).containsExactly("an extra image");
    }

    private static String layout(String kind) {
        return Checkout.output(
                Checkout.root().resolve("e2e/images/oci-layout.sh").toString(), kind);
    }
}
