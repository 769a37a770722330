package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/** Immutable bytes with value equality: what firmware stores where it does not say more. Thread-safe. */
public final class Bytes {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of these bytes. */
    public static Bytes of(byte... content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /**
     * The bytes that these hexadecimal digits name.
     *
     * @throws IllegalArgumentException when they are no pairs of hexadecimal digits
     */
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    /** Takes the next {@code length} bytes; the caller has checked that they are there. */
    static Bytes take(ByteBuffer buffer, int length) {
        byte[] content = new byte[length];
        buffer.get(content);
        return new Bytes(content);
    }

    /** The bytes between the buffer's position and its limit, which move nowhere. */
    static Bytes remaining(ByteBuffer buffer) {
        return take(buffer.duplicate(), buffer.remaining());
    }

    /** How many there are. */
    public int length() {
        return content.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return content.length == 0;
    }

    /**
     * The byte at this index.
     *
     * @throws IndexOutOfBoundsException when there is none
     */
    public byte at(int index) {
        return content[index];
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return content.clone();
    }

    /** A new read-only little-endian buffer over them, at position 0. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Lower-case hexadecimal digits without separators. */
    public String hex() {
        return HexFormat.of().formatHex(content);
    }

    void putInto(ByteBuffer target) {
        target.put(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return hex();
    }
}
