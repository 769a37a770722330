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
        return of(content, content.resolveSibling(content.getFileName() + ".erofs"));
    }

    /** Makes the disk from a tree as it is. */
    static Disk of(Path tree, Path image) throws IOException {
        Checkout.output("mkfs.erofs", "--quiet", image.toString(), tree.toString());
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
