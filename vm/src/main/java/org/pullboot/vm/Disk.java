package org.pullboot.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of the guest.
 *
 * @param file its content, written to by the guest
 * @param format as QEMU names it: {@code raw} or {@code qcow2}
 */
public record Disk(Path file, String format) {
    private static final int QCOW2 = 0x514649FB;

    /**
     * A disk in this file, whose format is seen from its first bytes.
     *
     * @throws IOException when the file cannot be read
     */
    public static Disk of(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new VmException("the disk " + file + " is not there");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4);
            boolean qcow2 = head.length == 4 && ByteBuffer.wrap(head).getInt() == QCOW2;
            return new Disk(file, qcow2 ? "qcow2" : "raw");
        }
    }
}
