package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the keys are chosen by in the first message of a TLS connection (RFC 8446, 4.1.2). The rest is BouncyCastle's.
 *
 * @param offers in the host's order
 * @param beforeBinders the message without its proofs, which are over this
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClientHello(List<Offer> offers, byte[] beforeBinders) {
    private static final int CLIENT_HELLO = 1;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int PRE_SHARED_KEY = 41;
    private static final int TLS_1_3 = 0x0304;

    /** Linux offers one; each costs us a look into the secrets. */
    private static final int MOST_OFFERS = 8;

    /**
     * A key that the host says it has.
     *
     * @param binder proves that it has it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Offer(byte[] identity, byte[] binder) {}

    /**
     * Reads a whole handshake message with its header.
     *
     * @throws TlsAlert when it is no ClientHello of TLS 1.3 with a pre-shared key
     */
    static ClientHello parse(byte[] message) throws TlsAlert {
        ByteBuffer in = ByteBuffer.wrap(message);
        require(in.remaining() >= 4, "a whole header");
        if (in.get() != CLIENT_HELLO) {
            throw new TlsAlert(
                    TlsAlert.UNEXPECTED_MESSAGE, "a TLS connection begins with a ClientHello, and this one does not");
        }
        require(vector(in, 3).remaining() == message.length - 4, "the length that it says");
        in.position(4);
        skip(in, 2 + 32);
        vector(in, 1);
        vector(in, 2);
        vector(in, 1);
        ByteBuffer extensions = in.hasRemaining() ? vector(in, 2) : ByteBuffer.allocate(0);
        require(!in.hasRemaining(), "nothing after its extensions");
        return withExtensions(message, extensions);
    }

    private static ClientHello withExtensions(byte[] message, ByteBuffer extensions) throws TlsAlert {
        boolean tls13 = false;
        while (extensions.hasRemaining()) {
            int type = number(extensions, 2);
            ByteBuffer content = vector(extensions, 2);
            if (type == SUPPORTED_VERSIONS) {
                tls13 = hasTls13(content);
            } else if (type == PRE_SHARED_KEY) {
                // The proofs are over all that is before them, so it has to be the last.
                require(!extensions.hasRemaining(), "its pre-shared keys last");
                requireTls13(tls13);
                return withKeys(message, content);
            }
        }
        requireTls13(tls13);
        throw new TlsAlert(
                TlsAlert.MISSING_EXTENSION,
                "the host has no pre-shared key for TLS, which is the only proof here; give it one");
    }

    private static ClientHello withKeys(byte[] message, ByteBuffer content) throws TlsAlert {
        ByteBuffer identities = vector(content, 2);
        int bindersLength = content.remaining();
        ByteBuffer binders = vector(content, 2);
        require(!content.hasRemaining(), "nothing after its binders");
        List<Offer> offers = new ArrayList<>();
        while (identities.hasRemaining()) {
            byte[] identity = bytes(vector(identities, 2));
            skip(identities, 4);
            require(binders.hasRemaining(), "a binder for each identity");
            byte[] binder = bytes(vector(binders, 1));
            if (offers.size() < MOST_OFFERS) {
                offers.add(new Offer(identity, binder));
            }
        }
        require(!binders.hasRemaining(), "an identity for each binder");
        return new ClientHello(List.copyOf(offers), Arrays.copyOf(message, message.length - bindersLength));
    }

    private static boolean hasTls13(ByteBuffer content) throws TlsAlert {
        ByteBuffer versions = vector(content, 1);
        while (versions.hasRemaining()) {
            if (number(versions, 2) == TLS_1_3) {
                return true;
            }
        }
        return false;
    }

    private static void requireTls13(boolean tls13) throws TlsAlert {
        if (!tls13) {
            throw new TlsAlert(TlsAlert.PROTOCOL_VERSION, "the host has no TLS 1.3, and nothing older is safe enough");
        }
    }

    private static int number(ByteBuffer in, int bytes) throws TlsAlert {
        require(in.remaining() >= bytes, "all its bytes");
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | Byte.toUnsignedInt(in.get());
        }
        return number;
    }

    /** What follows its own length. */
    private static ByteBuffer vector(ByteBuffer in, int lengthBytes) throws TlsAlert {
        int length = number(in, lengthBytes);
        require(in.remaining() >= length, "all its bytes");
        ByteBuffer vector = in.slice(in.position(), length);
        in.position(in.position() + length);
        return vector;
    }

    private static void skip(ByteBuffer in, int bytes) throws TlsAlert {
        require(in.remaining() >= bytes, "all its bytes");
        in.position(in.position() + bytes);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }

    private static void require(boolean holds, String what) throws TlsAlert {
        if (!holds) {
            throw new TlsAlert(
                    TlsAlert.DECODE_ERROR,
                    "a ClientHello has " + what + ", and this one has not, so the host is broken or hostile");
        }
    }
}
