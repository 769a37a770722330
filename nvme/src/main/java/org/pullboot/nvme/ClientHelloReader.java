package org.pullboot.nvme;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Collects the first records of a TLS connection until the ClientHello in them is whole (RFC 8446, 5.1). */
final class ClientHelloReader {
    private static final int HEADER = 5;
    private static final int HANDSHAKE = 22;
    private static final int LONGEST_RECORD = 1 << 14;
    private static final int LONGEST_MESSAGE = 1 << 14;

    /** With the headers of records that are shorter than they need be. */
    private static final int LONGEST = 2 * LONGEST_MESSAGE;

    private final ByteArrayOutputStream records = new ByteArrayOutputStream(512);

    /**
     * Takes as much as it needs, or more.
     *
     * @return the message, once it is whole
     * @throws TlsAlert when it can be no ClientHello that we answer
     */
    Optional<ClientHello> read(ByteBuffer in) throws TlsAlert {
        byte[] more = new byte[Math.min(in.remaining(), LONGEST - records.size())];
        in.get(more);
        records.writeBytes(more);
        byte[] message = message(records());
        if (message.length > 0) {
            return Optional.of(ClientHello.parse(message));
        } else if (records.size() == LONGEST) {
            throw tooLong();
        }
        return Optional.empty();
    }

    /** All that was taken. */
    byte[] records() {
        return records.toByteArray();
    }

    /** No bytes when it is not whole. */
    private static byte[] message(byte[] records) throws TlsAlert {
        ByteBuffer in = ByteBuffer.wrap(records);
        ByteBuffer handshake = ByteBuffer.allocate(records.length);
        while (in.hasRemaining()) {
            require(in.get(in.position()) == HANDSHAKE);
            if (in.remaining() < HEADER) {
                break;
            }
            require(in.get(in.position() + 1) == 3);
            int length = Short.toUnsignedInt(in.getShort(in.position() + 3));
            require(length > 0 && length <= LONGEST_RECORD);
            in.position(in.position() + HEADER);
            int here = Math.min(length, in.remaining());
            handshake.put(in.slice(in.position(), here));
            in.position(in.position() + here);
        }
        handshake.flip();
        if (handshake.remaining() < 4) {
            return new byte[0];
        }
        int length = 4 + (handshake.getInt(0) & 0xffffff);
        if (length > LONGEST_MESSAGE) {
            throw tooLong();
        }
        byte[] message = new byte[handshake.remaining() < length ? 0 : length];
        handshake.get(message);
        return message;
    }

    private static TlsAlert tooLong() {
        return new TlsAlert(
                TlsAlert.RECORD_OVERFLOW,
                "a ClientHello is at most 16384 bytes, and this one is longer; it is hostile");
    }

    private static void require(boolean holds) throws TlsAlert {
        if (!holds) {
            throw new TlsAlert(
                    TlsAlert.UNEXPECTED_MESSAGE,
                    "a connection to this port begins with a TLS handshake, and this one does not; connect with --tls");
        }
    }
}
