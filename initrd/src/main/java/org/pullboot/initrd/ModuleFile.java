package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.image.DecompressedInputStream;

/** The file of a kernel module, which may be compressed. */
final class ModuleFile {
    /** No module of a distribution's kernel comes near this. */
    private static final int MAX_BYTES = 256 << 20;

    private ModuleFile() {}

    /**
     * Reads a module's file and decompresses it.
     *
     * @throws InitrdException when it has more than 256 MiB
     * @throws org.pullboot.image.ImageException when its compression is damaged
     */
    static byte[] plainBytes(Path file) throws IOException {
        try (InputStream in = DecompressedInputStream.of(Files.newInputStream(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            if (bytes.length == MAX_BYTES) {
                throw new InitrdException("'" + file + "' is too large for a kernel module");
            }
            return bytes;
        }
    }
}
