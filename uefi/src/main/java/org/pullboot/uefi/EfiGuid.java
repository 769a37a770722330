package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * An EFI_GUID (UEFI 2.10, appendix A). In memory its first three fields are little-endian and the last eight bytes are in
 * order; its text form is that of a UUID.
 *
 * @param uuid the same identifier as RFC 9562 writes it
 */
public record EfiGuid(UUID uuid) {
    /** The length in memory, in bytes. */
    public static final int BYTES = 16;

    /** EFI_GLOBAL_VARIABLE: Boot####, BootOrder and their like. */
    public static final EfiGuid GLOBAL = parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /** EFI_IMAGE_SECURITY_DATABASE_GUID: db and dbx. */
    public static final EfiGuid SECURITY_DATABASE = parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /** The boot loader interface of systemd: LoaderDeviceURL, StubDeviceURL and their like. */
    public static final EfiGuid LOADER = parse("4a67b082-0a4c-41cf-b6c7-440b29bb8c4f");

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when it is not 8-4-4-4-12 hexadecimal digits
     */
    public static EfiGuid parse(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException("a GUID has 36 characters, not '" + text + "'");
        }
        return new EfiGuid(UUID.fromString(text));
    }

    /**
     * Reads the form in memory.
     *
     * @throws IllegalArgumentException when there are not 16 bytes
     */
    public static EfiGuid of(Bytes memory) {
        if (memory.length() != BYTES) {
            throw new IllegalArgumentException("a GUID has 16 bytes, not " + memory.length());
        }
        return take(memory.buffer());
    }

    /** Reads the next 16 bytes, whatever the order of the buffer; the caller has checked that they are there. */
    static EfiGuid take(ByteBuffer buffer) {
        ByteBuffer head = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        long most = ((head.getInt(0) & 0xFFFFFFFFL) << 32)
                | ((head.getShort(4) & 0xFFFFL) << 16)
                | (head.getShort(6) & 0xFFFFL);
        long least = head.order(ByteOrder.BIG_ENDIAN).getLong(8);
        buffer.position(buffer.position() + BYTES);
        return new EfiGuid(new UUID(most, least));
    }

    /** The 16 bytes in memory order. */
    public Bytes bytes() {
        ByteBuffer memory = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long most = uuid.getMostSignificantBits();
        memory.putInt((int) (most >>> 32)).putShort((short) (most >>> 16)).putShort((short) most);
        memory.order(ByteOrder.BIG_ENDIAN).putLong(uuid.getLeastSignificantBits());
        return Bytes.of(memory.array());
    }

    /** The text form, lower-case. */
    @Override
    public String toString() {
        return uuid.toString();
    }
}
