package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that is built anew while a machine boots the old one. */
final class RebuildBootIT {
    @TempDir
    private Path directory;

    @Test
    void machineThatHasTheOldUkiGetsTheOldImageAndTheNextOneTheNew() throws Exception {
        Path image = Checkout.place(Checkout.image("small", "raw.zst"), directory, "image.raw.zst");
        Path next = Checkout.place(Checkout.image("trixie", "raw.zst"), directory, ".next");
        Path oldParts = Files.createDirectory(directory.resolve("old"));
        Path newParts = Files.createDirectory(directory.resolve("new"));
        try (var server = new PullbootServer(directory.resolve("state"), image.toString())) {
            UkiParts old = UkiParts.fetch(server.url(), oldParts);
            int published = server.events("published").size();
            Files.move(next, image, StandardCopyOption.ATOMIC_MOVE);
            server.awaitEvents("published", published + 1, Duration.ofMinutes(2));
            UkiParts rebuilt = UkiParts.fetch(server.url(), newParts);

            BootedSystem.isTheSmallSystem(Machine.bootParts(old, server.url(), 1024));
            BootedSystem.is(
                    Machine.bootParts(rebuilt, server.url(), 1024),
                    "trixie",
                    "ID=debian VERSION_ID=13 CODENAME=trixie");
        }
        assertThat(image).exists();
    }
}
