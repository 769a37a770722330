package org.pullboot.openpgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.bcpg.BCPGInputStream;

/**
 * One packet of an OpenPGP stream, whole (RFC 9580 §4.2). Its length is checked against the bytes that are there before
 * anything is made of it, so that the library behind this never reads a length that lies. Immutable.
 */
final class Packet {
    static final int SIGNATURE = 2;
    static final int ONE_PASS_SIGNATURE = 4;
    static final int SECRET_KEY = 5;
    static final int PUBLIC_KEY = 6;
    static final int SECRET_SUBKEY = 7;
    static final int COMPRESSED = 8;
    static final int MARKER = 10;
    static final int LITERAL = 11;
    static final int TRUST = 12;
    static final int USER_ID = 13;
    static final int PUBLIC_SUBKEY = 14;
    static final int PADDING = 21;

    private static final int ALWAYS_SET = 0x80;
    private static final int NEW_FORMAT = 0x40;
    private static final int INDETERMINATE = 3;
    private static final int TWO_OCTETS = 192;
    private static final int PARTIAL = 224;
    private static final int FIVE_OCTETS = 255;

    private final int tag;
    private final byte[] body;

    private Packet(int tag, byte[] body) {
        this.tag = tag;
        this.body = body;
    }

    /**
     * Every packet of a stream but those that say nothing (markers, padding, the trust of one's own keyring).
     *
     * @throws OpenPgpException when it is no sequence of whole packets
     */
    static List<Packet> split(byte[] stream) throws OpenPgpException {
        ByteBuffer in = ByteBuffer.wrap(stream);
        List<Packet> packets = new ArrayList<>();
        while (in.hasRemaining()) {
            Packet packet = next(in);
            if (packet.tag != MARKER && packet.tag != PADDING && packet.tag != TRUST) {
                packets.add(packet);
            }
        }
        return packets;
    }

    private static Packet next(ByteBuffer in) throws OpenPgpException {
        int first = octet(in);
        if ((first & ALWAYS_SET) == 0) {
            throw new OpenPgpException("it is no OpenPGP data: a packet begins with the byte " + first);
        }
        if ((first & NEW_FORMAT) != 0) {
            return new Packet(first & 0x3f, newBody(in));
        }
        int length = switch (first & 3) {
            case 0 -> octet(in);
            case 1 -> (octet(in) << 8) | octet(in);
            case INDETERMINATE -> in.remaining();
            default -> fourOctets(in);
        };
        return new Packet((first & 0x3f) >> 2, take(in, length));
    }

    private static byte[] newBody(ByteBuffer in) throws OpenPgpException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int first = octet(in);
            if (first >= PARTIAL && first < FIVE_OCTETS) {
                body.writeBytes(take(in, 1 << (first & 0x1f)));
                continue;
            }
            int length = first;
            if (first == FIVE_OCTETS) {
                length = fourOctets(in);
            } else if (first >= TWO_OCTETS) {
                length = ((first - TWO_OCTETS) << 8) + octet(in) + TWO_OCTETS;
            }
            body.writeBytes(take(in, length));
            return body.toByteArray();
        }
    }

    private static int octet(ByteBuffer in) throws OpenPgpException {
        if (!in.hasRemaining()) {
            throw cutShort();
        }
        return in.get() & 0xff;
    }

    private static int fourOctets(ByteBuffer in) throws OpenPgpException {
        if (in.remaining() < Integer.BYTES) {
            throw cutShort();
        }
        return in.getInt();
    }

    private static byte[] take(ByteBuffer in, int length) throws OpenPgpException {
        if (length < 0 || length > in.remaining()) {
            throw cutShort();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static OpenPgpException cutShort() {
        return new OpenPgpException("it is cut short: a packet has fewer bytes than it says");
    }

    /** What it is, 0 to 63. */
    int tag() {
        return tag;
    }

    /** What is in it; not to be changed. */
    byte[] body() {
        return body;
    }

    /** The packet alone, with a header that the library reads. */
    BCPGInputStream stream() {
        ByteBuffer out = ByteBuffer.allocate(body.length + 6);
        out.put((byte) (ALWAYS_SET | NEW_FORMAT | tag))
                .put((byte) FIVE_OCTETS)
                .putInt(body.length)
                .put(body);
        return new BCPGInputStream(new ByteArrayInputStream(out.array()));
    }
}
