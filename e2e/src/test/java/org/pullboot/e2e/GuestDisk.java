package org.pullboot.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.vm.Disk;

/** A disk with a script that the test system runs when its command line has {@code e2e.disk} (files/usr/lib/pullboot-e2e/report). */
final class GuestDisk {
    private GuestDisk() {}

    /**
     * Makes the disk from a directory.
     *
     * @param script what is run, in the report's shell
     */
    static Disk make(Path content, String script) throws IOException {
        Files.writeString(content.resolve("run"), script);
        Path image = content.resolveSibling(content.getFileName() + ".erofs");
        Checkout.output("mkfs.erofs", "--quiet", image.toString(), content.toString());
        return Disk.of(image);
    }

    /** A resource beside this class. */
    static String script(String name) throws IOException {
        try (var in = GuestDisk.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
