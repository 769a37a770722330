package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A UKI by ukify with systemd's own initrd in it boots from our server: systemd's words are understood as systemd means them. */
final class ForeignInitrdBootIT {
    @TempDir
    private Path directory;

    @Test
    void systemdInitrdVerifiesAndBootsTheImage() throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        Checkout.place(Checkout.image("small", "raw.zst"), www, "image.raw.zst");
        Path uki = Path.of(Checkout.output(
                Checkout.root().resolve("bench/systemd-uki").toString(),
                "rd.systemd.pull=raw,machine,verify=checksum,blockdev,bootorigin:rootdisk:image.raw.zst"));
        Checkout.place(uki, www, "image.efi");

        Console console;
        try (var server = new PullbootServer(directory.resolve("state"), www.toString())) {
            assertThat(server.url()).endsWith("/image.efi");
            // systemd unpacks into a fifth of the memory.
            console = Machine.bootUrl(server.url(), 2048);
        }

        assertThat(console.booted()).as(console.tail()).isTrue();
        assertThat(console.said("generation")).containsExactly("small");
        BootedSystem.runsFromLoopDevice(console);
    }
}
