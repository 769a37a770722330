package org.pullboot.initrd;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.pullboot.image.ZstdOutputStream;

/**
 * A file that is written under a name of its own beside its place, and takes its place in one step when it is complete
 * and on disk.
 */
final class PublicFile {
    private static final int MAX_WORKERS = 16;

    private PublicFile() {}

    /** What writes the content. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file that is readable for all, replacing what has its name. */
    static void write(Path path, Content content) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(directory, "." + path.getFileName() + "-", ".part");
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                content.writeTo(out);
                out.getFD().sync();
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Writes a file as one zstd frame.
     *
     * @param bytes how many the content has
     */
    static void writeZstd(Path path, int level, long bytes, Content content) throws IOException {
        // At least one worker: the result differs between none and some, but not with their number.
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_WORKERS);
        write(path, file -> {
            // Not closed with the frame: the file is to be on disk before it gets its name.
            OutputStream open = new java.io.FilterOutputStream(file) {
                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    out.write(from, offset, length);
                }

                @Override
                public void close() throws IOException {
                    flush();
                }
            };
            try (ZstdOutputStream out = new ZstdOutputStream(open, level, workers)) {
                out.announce(bytes);
                content.writeTo(out);
            }
        });
    }
}
