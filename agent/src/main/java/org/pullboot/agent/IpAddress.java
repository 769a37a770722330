package org.pullboot.agent;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** IP addresses as text, bytes and networks. Nothing here asks a name server. */
final class IpAddress {
    private IpAddress() {}

    /**
     * Reads an address: four decimal numbers, or RFC 4291 section 2.2 without a zone. What {@code inet_aton} takes
     * beside that ("10.1", "0x7f000001") is none.
     */
    static Optional<InetAddress> parse(String text) {
        if (text.indexOf(':') < 0) {
            byte[] bytes = parseFourNumbers(text);
            return bytes == null ? Optional.empty() : Optional.of(of(bytes));
        }
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Inet6Address.ofLiteral(text));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private static byte @Nullable [] parseFourNumbers(String text) {
        byte[] bytes = new byte[4];
        int index = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || index == 4) {
                    return null;
                }
                bytes[index++] = (byte) value;
                digits = 0;
                value = 0;
            } else {
                value = value * 10 + (c - '0');
                if (c < '0' || c > '9' || ++digits > 3 || value > 255) {
                    return null;
                }
            }
        }
        return index == 4 ? bytes : null;
    }

    /** The address of 4 or 16 bytes. */
    static InetAddress of(byte[] bytes) {
        try {
            // InetAddress.getByAddress would make an IPv4 address of an IPv4-mapped one.
            return bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length, wrongLength);
        }
    }

    /** Bits of an address of the same family. */
    static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    /** The prefix length that a mask such as 255.255.255.0 stands for, or -1 when its ones are not all in front. */
    static int prefixLength(byte[] mask) {
        int bits = 0;
        while (bits < mask.length * 8 && isSet(mask, bits)) {
            bits++;
        }
        for (int rest = bits; rest < mask.length * 8; rest++) {
            if (isSet(mask, rest)) {
                return -1;
            }
        }
        return bits;
    }

    private static boolean isSet(byte[] bytes, int bit) {
        return (bytes[bit / 8] & (0x80 >>> (bit % 8))) != 0;
    }

    /** The prefix length of the class that an IPv4 address was in before there were masks: 8, 16 or 24. */
    static int classPrefixLength(InetAddress address) {
        int first = address.getAddress()[0] & 0xff;
        return first < 128 ? 8 : first < 192 ? 16 : 24;
    }

    /** The address with all but its first bits zero. */
    static InetAddress network(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        return of(bytes);
    }

    /** Whether the address is in the network of the other one. */
    static boolean isInNetwork(InetAddress address, InetAddress other, int prefixLength) {
        byte[] a = address.getAddress();
        byte[] b = other.getAddress();
        if (a.length != b.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            if (isSet(a, bit) != isSet(b, bit)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one machine can have it. */
    static boolean isHost(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLoopbackAddress()) {
            return false;
        }
        // 0.0.0.0/8 and 240.0.0.0/4, the limited broadcast among them, belong to no machine.
        byte first = address.getAddress()[0];
        return !(address instanceof Inet4Address) || (first != 0 && (first & 0xf0) != 0xf0);
    }
}
