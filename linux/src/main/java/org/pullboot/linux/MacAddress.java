package org.pullboot.linux;

import java.util.HexFormat;
import java.util.Optional;

/**
 * The address of an Ethernet card.
 *
 * @param value its 48 bits, the first byte on the wire topmost
 */
public record MacAddress(long value) {
    /** Bytes of an address. */
    public static final int LENGTH = 6;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /** Refuses more than 48 bits. */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits, but this is " + Long.toHexString(value));
        }
    }

    /**
     * The address in these bytes.
     *
     * @throws IllegalArgumentException when they are not six
     */
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, but here are " + bytes.length);
        }
        long value = 0;
        for (byte b : bytes) {
            value = (value << 8) | (b & 0xff);
        }
        return new MacAddress(value);
    }

    /** Reads six pairs of hexadecimal digits with colons or dashes between them; empty when it is not that. */
    public static Optional<MacAddress> parse(String text) {
        if (text.length() != 3 * LENGTH - 1) {
            return Optional.empty();
        }
        char separator = text.charAt(2);
        if (separator != ':' && separator != '-') {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i % 3 == 2 ? c != separator : !HexFormat.isHexDigit(c)) {
                return Optional.empty();
            }
            if (i % 3 != 2) {
                value = (value << 4) | HexFormat.fromHexDigit(c);
            }
        }
        return Optional.of(new MacAddress(value));
    }

    /** Its six bytes in the order of the wire; the caller's own copy. */
    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (value >>> (8 * (LENGTH - 1 - i)));
        }
        return bytes;
    }

    /** Whether the other is the same address; written out because a record's own costs start-up time in the agent. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MacAddress mac && mac.value == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    /** Six pairs of lower-case hexadecimal digits with colons, such as {@code 52:54:00:12:34:56}. */
    @Override
    public String toString() {
        return COLONS.formatHex(bytes());
    }
}
