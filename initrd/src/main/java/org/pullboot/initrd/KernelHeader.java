package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The setup header of an x86 kernel (Documentation/arch/x86/boot.rst): where a bzImage says what version it is. */
final class KernelHeader {
    private static final int HEAD_BYTES = 1 << 16;
    private static final int MAGIC_AT = 0x202;
    private static final int MAGIC = 0x53726448;
    private static final int VERSION_POINTER_AT = 0x20E;
    private static final int SETUP_START = 0x200;
    private static final int MAX_VERSION = 128;

    private KernelHeader() {}

    /** The version that a kernel file states, up to its first blank; nothing when it is of another kind. */
    static Optional<String> version(Path kernel) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(kernel)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        return version(ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN));
    }

    static Optional<String> version(ByteBuffer head) {
        if (head.limit() < VERSION_POINTER_AT + Short.BYTES || head.getInt(MAGIC_AT) != MAGIC) {
            return Optional.empty();
        }
        int start = SETUP_START + Short.toUnsignedInt(head.getShort(VERSION_POINTER_AT));
        int end = start;
        while (end < head.limit() && end - start < MAX_VERSION && head.get(end) > ' ') {
            end++;
        }
        if (start == SETUP_START || end <= start) {
            return Optional.empty();
        }
        byte[] version = new byte[end - start];
        head.get(start, version);
        return Optional.of(new String(version, StandardCharsets.US_ASCII));
    }
}
