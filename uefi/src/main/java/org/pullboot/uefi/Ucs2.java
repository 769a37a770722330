package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** CHAR16 strings with a NUL at the end, little-endian, code unit by code unit so that nothing is lost on the way. */
final class Ucs2 {
    private Ucs2() {}

    /** Takes the string at the buffer's position with its NUL; empty, and the buffer unmoved, when there is no NUL. */
    static Optional<String> take(ByteBuffer buffer) {
        StringBuilder text = new StringBuilder();
        for (int at = buffer.position(); at + 1 < buffer.limit(); at += 2) {
            char unit = (char) ((buffer.get(at) & 0xFF) | (buffer.get(at + 1) << 8));
            if (unit == 0) {
                buffer.position(at + 2);
                return Optional.of(text.toString());
            }
            text.append(unit);
        }
        return Optional.empty();
    }

    /** The length with the NUL, in bytes. */
    static int size(String text) {
        return 2 * (text.length() + 1);
    }

    /** The string and its NUL. */
    static Bytes encode(String text) {
        ByteBuffer target = ByteBuffer.allocate(size(text)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < text.length(); i++) {
            target.putChar(text.charAt(i));
        }
        return Bytes.of(target.array());
    }
}
