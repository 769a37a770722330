package org.pullboot.agent;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;

/**
 * A DHCPv4 message (RFC 2131 section 2, RFC 2132). Options that come in pieces are joined (RFC 3396), and the file and
 * server name fields are read for options when they are overloaded.
 *
 * <p>Mutable while it is being made; whoever receives one only reads it.
 */
final class DhcpMessage {
    static final int CLIENT_PORT = 68;
    static final int SERVER_PORT = 67;
    static final int REQUEST = 1;
    static final int REPLY = 2;

    static final int DISCOVER = 1;
    static final int OFFER = 2;
    static final int REQUEST_LEASE = 3;
    static final int ACK = 5;
    static final int NAK = 6;

    /** Every client takes datagrams of this size, and some servers send no answer to less than a BOOTP message. */
    private static final int SMALLEST_SENT = 300;

    private static final int HEADER = 236;
    private static final int COOKIE = 0x63825363;
    private static final int FILE_AT = 108;
    private static final int FILE_BYTES = 128;
    private static final int SERVER_NAME_AT = 44;
    private static final int SERVER_NAME_BYTES = 64;
    private static final int ETHERNET = 1;
    private static final int BROADCAST = 0x8000;

    private final int operation;
    private final int transaction;
    private final MacAddress client;
    private final Inet4Address yourAddress;
    private final Inet4Address nextServer;
    private final String file;
    private final byte[] @Nullable [] options = new byte[256][];
    private int seconds;

    private DhcpMessage(
            int operation,
            int transaction,
            MacAddress client,
            Inet4Address yourAddress,
            Inet4Address nextServer,
            String file) {
        this.operation = operation;
        this.transaction = transaction;
        this.client = client;
        this.yourAddress = yourAddress;
        this.nextServer = nextServer;
        this.file = file;
    }

    /** A client's message that asks for an answer by broadcast. */
    static DhcpMessage request(int type, int transaction, MacAddress client, int seconds) {
        Inet4Address none = (Inet4Address) IpAddress.of(new byte[4]);
        DhcpMessage message = new DhcpMessage(REQUEST, transaction, client, none, none, "");
        message.seconds = Math.clamp(seconds, 0, 0xffff);
        message.put(DhcpOption.MESSAGE_TYPE, new byte[] {(byte) type});
        return message;
    }

    /** Sets an option of at most 255 bytes. */
    DhcpMessage put(int code, byte[] value) {
        if (value.length > 255 || code <= DhcpOption.PAD || code >= DhcpOption.END) {
            throw new IllegalArgumentException("option " + code + " of " + value.length + " bytes");
        }
        options[code] = value;
        return this;
    }

    /** The message as it is sent, with the message type as first option and the others by number. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + 4 + 256 * 257 + 1);
        out.put((byte) operation)
                .put((byte) ETHERNET)
                .put((byte) MacAddress.LENGTH)
                .put((byte) 0);
        out.putInt(transaction).putShort((short) seconds).putShort((short) BROADCAST);
        out.putInt(0).put(yourAddress.getAddress()).put(nextServer.getAddress()).putInt(0);
        out.put(client.bytes()).position(HEADER);
        out.putInt(COOKIE);
        encodeOption(out, DhcpOption.MESSAGE_TYPE);
        for (int code = 1; code < DhcpOption.END; code++) {
            if (code != DhcpOption.MESSAGE_TYPE) {
                encodeOption(out, code);
            }
        }
        out.put((byte) DhcpOption.END);
        out.position(Math.max(out.position(), SMALLEST_SENT));
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private void encodeOption(ByteBuffer out, int code) {
        byte[] value = options[code];
        if (value != null) {
            out.put((byte) code).put((byte) value.length).put(value);
        }
    }

    /**
     * Reads a message from the buffer's position to its limit.
     *
     * @throws DhcpException when it is no DHCP message for Ethernet, or an option goes beyond its end
     */
    static DhcpMessage parse(ByteBuffer datagram) throws DhcpException {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER + 4 || in.getInt(HEADER) != COOKIE) {
            throw new DhcpException("not a DHCP message");
        }
        if (bytes[1] != ETHERNET || bytes[2] != MacAddress.LENGTH || (bytes[0] != REQUEST && bytes[0] != REPLY)) {
            throw new DhcpException("not a DHCP message for Ethernet");
        }
        Fields fields = new Fields();
        fields.read(bytes, HEADER + 4, bytes.length);
        int overload = fields.overload();
        if ((overload & 1) != 0) {
            fields.read(bytes, FILE_AT, FILE_AT + FILE_BYTES);
        }
        if ((overload & 2) != 0) {
            fields.read(bytes, SERVER_NAME_AT, SERVER_NAME_AT + SERVER_NAME_BYTES);
        }
        DhcpMessage message = new DhcpMessage(
                bytes[0],
                in.getInt(4),
                MacAddress.of(Arrays.copyOfRange(bytes, 28, 28 + MacAddress.LENGTH)),
                (Inet4Address) IpAddress.of(Arrays.copyOfRange(bytes, 16, 20)),
                (Inet4Address) IpAddress.of(Arrays.copyOfRange(bytes, 20, 24)),
                (overload & 1) != 0 ? "" : printable(bytes, FILE_AT, FILE_BYTES));
        message.seconds = in.getShort(8) & 0xffff;
        System.arraycopy(fields.options, 0, message.options, 0, fields.options.length);
        return message;
    }

    /** Options being read, field after field. */
    private static final class Fields {
        private final byte[] @Nullable [] options = new byte[256][];

        void read(byte[] bytes, int from, int to) throws DhcpException {
            int at = from;
            while (at < to) {
                int code = bytes[at] & 0xff;
                at++;
                if (code == DhcpOption.PAD) {
                    continue;
                }
                if (code == DhcpOption.END) {
                    return;
                }
                int length = at < to ? bytes[at] & 0xff : 0;
                if (at >= to || length > to - at - 1) {
                    throw new DhcpException("DHCP option " + code + " goes beyond the end of the message");
                }
                join(code, bytes, at + 1, length);
                at += length + 1;
            }
        }

        private void join(int code, byte[] bytes, int from, int length) {
            byte[] before = options[code];
            int start = before == null ? 0 : before.length;
            byte[] joined = before == null ? new byte[length] : Arrays.copyOf(before, start + length);
            System.arraycopy(bytes, from, joined, start, length);
            options[code] = joined;
        }

        int overload() {
            byte[] value = options[DhcpOption.OVERLOAD];
            return value == null || value.length != 1 ? 0 : value[0] & 3;
        }
    }

    private static String printable(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            if (bytes[end] < 0x20 || bytes[end] > 0x7e) {
                return "";
            }
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.US_ASCII);
    }

    /** {@link #REQUEST} or {@link #REPLY}. */
    int operation() {
        return operation;
    }

    /** What ties answers to questions. */
    int transaction() {
        return transaction;
    }

    /** Seconds since the client began. */
    int seconds() {
        return seconds;
    }

    /** Whose message it is, or is for. */
    MacAddress client() {
        return client;
    }

    /** The address given to the client. */
    Inet4Address yourAddress() {
        return yourAddress;
    }

    /** The server to boot from; 0.0.0.0 for none. */
    Inet4Address nextServer() {
        return nextServer;
    }

    /** The file to boot: option 67, else the file field; empty for none. */
    String bootFile() {
        byte[] option = options[DhcpOption.BOOT_FILE];
        return option == null ? file : printable(option, 0, option.length);
    }

    /** The type of message; 0 for a BOOTP message. */
    int type() {
        byte[] value = options[DhcpOption.MESSAGE_TYPE];
        return value == null || value.length != 1 ? 0 : value[0];
    }

    /** Whether it has the option. */
    boolean has(int code) {
        return options[code] != null;
    }

    /** The bytes of an option, empty when it has not got it. */
    Optional<byte[]> value(int code) {
        return Optional.ofNullable(options[code]);
    }

    /** An option that is one address. */
    Optional<Inet4Address> address(int code) throws DhcpException {
        List<Inet4Address> all = addresses(code);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** An option that is a list of addresses; empty when it has not got it. */
    List<Inet4Address> addresses(int code) throws DhcpException {
        List<Inet4Address> addresses = new ArrayList<>();
        byte[] value = options[code];
        if (value != null) {
            if (value.length == 0 || value.length % 4 != 0) {
                throw new DhcpException("DHCP option " + code + " has " + value.length + " bytes, not addresses of 4");
            }
            for (int at = 0; at < value.length; at += 4) {
                addresses.add((Inet4Address) IpAddress.of(Arrays.copyOfRange(value, at, at + 4)));
            }
        }
        return addresses;
    }

    /** An option that is an unsigned number of so many bytes; otherwise this one when it has not got it. */
    long number(int code, int bytes, long otherwise) throws DhcpException {
        byte[] value = options[code];
        if (value == null) {
            return otherwise;
        }
        if (value.length != bytes) {
            throw new DhcpException("DHCP option " + code + " has " + value.length + " bytes, not " + bytes);
        }
        long number = 0;
        for (byte b : value) {
            number = (number << 8) | (b & 0xff);
        }
        return number;
    }

    /** An option that is text, without the zeros that some servers end it with; empty when there is none. */
    String text(int code) {
        byte[] value = options[code];
        return value == null ? "" : printable(value, 0, value.length);
    }
}
