package org.pullboot.agent;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A DHCPv6 message between client and server (RFC 8415 section 8), or the options inside one.
 *
 * <p>Mutable while it is being made; whoever receives one only reads it.
 */
final class Dhcp6Message {
    static final int CLIENT_PORT = 546;
    static final int SERVER_PORT = 547;

    static final int SOLICIT = 1;
    static final int ADVERTISE = 2;
    static final int REQUEST = 3;
    static final int REPLY = 7;
    static final int INFORMATION_REQUEST = 11;

    static final int CLIENT_ID = 1;
    static final int SERVER_ID = 2;
    static final int IA_NA = 3;
    static final int IA_ADDRESS = 5;
    static final int OPTION_REQUEST = 6;
    static final int ELAPSED_TIME = 8;
    static final int STATUS_CODE = 13;
    static final int RAPID_COMMIT = 14;
    static final int DNS_SERVERS = 23;
    static final int DOMAIN_LIST = 24;
    static final int BOOT_FILE_URL = 59;

    private static final int HEADER = 4;
    private static final int MOST_OPTIONS = 256;

    private final int type;
    private final int transaction;
    private final List<Integer> codes = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();

    /**
     * An empty message.
     *
     * @param transaction 24 bits
     */
    Dhcp6Message(int type, int transaction) {
        this.type = type;
        this.transaction = transaction & 0xff_ffff;
    }

    /** Adds an option. */
    Dhcp6Message add(int code, byte[] value) {
        codes.add(code);
        values.add(value);
        return this;
    }

    /** The message as it is sent. */
    byte[] encode() {
        int length = HEADER;
        for (byte[] value : values) {
            length += 4 + value.length;
        }
        byte[] bytes = new byte[length];
        ByteBuffer out = ByteBuffer.wrap(bytes).putInt((type << 24) | transaction);
        for (int i = 0; i < codes.size(); i++) {
            byte[] value = values.get(i);
            out.putShort(codes.get(i).shortValue())
                    .putShort((short) value.length)
                    .put(value);
        }
        return bytes;
    }

    /**
     * Reads a message from the buffer's position to its limit.
     *
     * @throws DhcpException when an option goes beyond its end
     */
    static Dhcp6Message parse(ByteBuffer datagram) throws DhcpException {
        if (datagram.remaining() < HEADER) {
            throw new DhcpException("not a DHCPv6 message");
        }
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        int head = ByteBuffer.wrap(bytes).getInt();
        Dhcp6Message message = new Dhcp6Message(head >>> 24, head);
        message.readOptions(bytes, HEADER);
        return message;
    }

    /**
     * Reads the options in an option's value.
     *
     * @throws DhcpException when one goes beyond the end
     */
    static Dhcp6Message parseOptions(byte[] value, int from) throws DhcpException {
        Dhcp6Message inner = new Dhcp6Message(0, 0);
        inner.readOptions(value, from);
        return inner;
    }

    private void readOptions(byte[] bytes, int from) throws DhcpException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int at = from;
        while (at < bytes.length) {
            int rest = bytes.length - at - 4;
            int length = rest < 0 ? 0 : in.getShort(at + 2) & 0xffff;
            if (rest < 0 || length > rest || codes.size() == MOST_OPTIONS) {
                throw new DhcpException("the options of a DHCPv6 message go beyond its end, or are too many");
            }
            add(in.getShort(at) & 0xffff, Arrays.copyOfRange(bytes, at + 4, at + 4 + length));
            at += 4 + length;
        }
    }

    /** The type of message. */
    int type() {
        return type;
    }

    /** What ties answers to questions, 24 bits. */
    int transaction() {
        return transaction;
    }

    /** The first option of the code. */
    Optional<byte[]> value(int code) {
        int index = codes.indexOf(code);
        return index < 0 ? Optional.empty() : Optional.of(values.get(index));
    }

    /** All options of the code. */
    List<byte[]> values(int code) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < codes.size(); i++) {
            if (codes.get(i) == code) {
                all.add(values.get(i));
            }
        }
        return all;
    }

    /** An option that is a list of addresses; empty when there is none. */
    List<Inet6Address> addresses(int code) throws DhcpException {
        List<Inet6Address> addresses = new ArrayList<>();
        byte[] value = value(code).orElse(null);
        if (value != null) {
            if (value.length % 16 != 0) {
                throw new DhcpException(
                        "DHCPv6 option " + code + " has " + value.length + " bytes, not addresses of 16");
            }
            for (int at = 0; at < value.length; at += 16) {
                addresses.add((Inet6Address) IpAddress.of(Arrays.copyOfRange(value, at, at + 16)));
            }
        }
        return addresses;
    }

    /** The number of the status option, 0 (success) when there is none. */
    int status() {
        byte[] value = value(STATUS_CODE).orElse(null);
        return value == null || value.length < 2 ? 0 : ((value[0] & 0xff) << 8) | (value[1] & 0xff);
    }

    /** The words of the status option as far as they are ASCII, or its number. */
    String statusText() {
        byte[] value = value(STATUS_CODE).orElse(new byte[0]);
        StringBuilder text = new StringBuilder();
        for (int i = 2; i < value.length && text.length() < 200; i++) {
            text.append(value[i] < 0x20 || value[i] > 0x7e ? '?' : (char) value[i]);
        }
        return text.isEmpty() ? "status " + status() : text.toString();
    }

    /** An option that is printable ASCII text; empty when there is none. */
    String text(int code) {
        byte[] value = value(code).orElse(new byte[0]);
        for (byte b : value) {
            if (b < 0x20 || b > 0x7e) {
                return "";
            }
        }
        return new String(value, StandardCharsets.US_ASCII);
    }
}
