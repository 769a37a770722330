package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * File names as the kernel has them: bytes without a zero among them, in no particular encoding.
 *
 * <p>They are never decoded on their way to the kernel: a JVM without a locale, as in an initrd, would spoil what is not
 * ASCII.
 */
final class NativeName {
    private NativeName() {}

    /**
     * The address of a copy with a zero at its end, for as long as the arena lives.
     *
     * @throws IllegalArgumentException when there is a zero in it, which would cut it short
     */
    static long path(Arena arena, byte[] name) {
        for (byte b : name) {
            if (b == 0) {
                throw new IllegalArgumentException("a file name has no zero byte in it, but '" + text(name) + "' has");
            }
        }
        MemorySegment copy = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, copy, ValueLayout.JAVA_BYTE, 0, name.length);
        copy.set(ValueLayout.JAVA_BYTE, name.length, (byte) 0);
        return copy.address();
    }

    /**
     * As {@link #path}, for a name within one directory.
     *
     * @throws IllegalArgumentException when it is empty, "." or "..", or has a slash or a zero in it
     */
    static long name(Arena arena, byte[] name) {
        boolean dots = (name.length == 1 || name.length == 2) && name[0] == '.' && name[name.length - 1] == '.';
        boolean slash = false;
        for (byte b : name) {
            slash |= b == '/';
        }
        if (name.length == 0 || dots || slash) {
            throw new IllegalArgumentException("'" + text(name) + "' is not the name of an entry of a directory");
        }
        return path(arena, name);
    }

    /** The name for a message: as UTF-8, without control characters. */
    static String text(byte[] name) {
        String text = new String(name, StandardCharsets.UTF_8);
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c < ' ' || c == 0x7F ? '?' : c);
        }
        return plain.toString();
    }
}
