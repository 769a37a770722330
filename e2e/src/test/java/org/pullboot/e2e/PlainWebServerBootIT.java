package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our UKI needs nothing from a server but its files. */
final class PlainWebServerBootIT {
    @TempDir
    private Path directory;

    @Test
    void ukiAndImageOnAnyWebServerBoot() throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        Path image = Checkout.place(Checkout.image("small", "raw.zst"), www, "image.raw.zst");
        try (var server = new PullbootServer(directory.resolve("state"), image.toString());
                InputStream uki = URI.create(server.url()).toURL().openStream()) {
            Files.copy(uki, www.resolve("image.efi"));
        }

        Console console;
        try (var server = new PlainWebServer(www)) {
            console = Machine.bootUrl(server.directory() + "image.efi", 1024);
            assertThat(server.requests()).anyMatch(line -> line.contains("GET /image.raw.zst HTTP/1.1\" 200"));
        }

        BootedSystem.isTheSmallSystem(console);
        BootedSystem.runsFromLoopDeviceWith(console, Checkout.image("small", "raw"));
    }
}
