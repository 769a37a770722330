package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** What a host says while it authenticates (NVM Express Base 2.0, 8.13.5). */
sealed interface DhChapMessage {
    /** Types: messages of all protocols, and those of DH-HMAC-CHAP. */
    int COMMON = 0;

    int DH_HMAC_CHAP = 1;

    int NEGOTIATE = 0x00;
    int CHALLENGE = 0x01;
    int REPLY = 0x02;
    int SUCCESS1 = 0x03;
    int SUCCESS2 = 0x04;
    int FAILURE2 = 0xf0;
    int FAILURE1 = 0xf1;

    /** Of Challenge, Reply, Success1 and Success2, before what depends on hash and group; in bytes. */
    int HEADER = 16;

    /** The longest there can be: a Negotiate with 255 protocols; in bytes. */
    int LONGEST = 8 + 255 * 64;

    /** Chosen by the host, the same in all messages of one authentication; 16 bits. */
    int transaction();

    /**
     * What the host can do.
     *
     * @param concatenation whether and how the host wants to have TLS afterwards; 0 for not
     * @param hashes that it knows, and we too
     * @param groups that it knows, and we too
     */
    record Negotiate(int transaction, int concatenation, List<DhChapHash> hashes, List<DhGroup> groups)
            implements DhChapMessage {}

    /**
     * The host proves itself, and perhaps asks for the same.
     *
     * @param sequence goes into the answer to its challenge; not 0 when there is a challenge
     * @param challenge empty when it does not ask
     * @param publicValue its half of the key exchange; no bytes without one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Reply(int transaction, int sequence, byte[] response, Optional<byte[]> challenge, byte[] publicValue)
            implements DhChapMessage {}

    /** The host accepts our proof. */
    record Success2(int transaction) implements DhChapMessage {}

    /**
     * The host gives up.
     *
     * @param explanation as in {@link DhChapException}
     */
    record Failure2(int transaction, int explanation) implements DhChapMessage {}

    /**
     * Reads a message, from position to limit.
     *
     * @throws DhChapException when it is none that a host sends, or its lengths do not agree
     */
    static DhChapMessage parse(ByteBuffer data) throws DhChapException {
        ByteBuffer message = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        require(message.remaining() >= 8, "is at least 8 bytes long, this one is " + message.remaining());
        int type = Byte.toUnsignedInt(message.get(0));
        int id = Byte.toUnsignedInt(message.get(1));
        int transaction = transactionOf(message);
        if (type == COMMON && id == NEGOTIATE) {
            return negotiate(message, transaction);
        } else if (type == COMMON && id == FAILURE2) {
            return new Failure2(transaction, Byte.toUnsignedInt(message.get(7)));
        } else if (type == DH_HMAC_CHAP && id == REPLY) {
            return reply(message, transaction);
        } else if (type == DH_HMAC_CHAP && id == SUCCESS2) {
            require(message.remaining() >= HEADER, "Success2 is 16 bytes long, this one is " + message.remaining());
            return new Success2(transaction);
        }
        throw new DhChapException(
                DhChapException.INCORRECT_MESSAGE,
                "a host does not send messages of type " + type + " and id " + id + ", so it is broken or hostile");
    }

    /** Of a message whatever it is; 0 of one that is too short to have one. */
    static int transactionOf(ByteBuffer data) {
        ByteBuffer message = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        return message.remaining() < 6 ? 0 : Short.toUnsignedInt(message.getShort(4));
    }

    private static Negotiate negotiate(ByteBuffer message, int transaction) throws DhChapException {
        int concatenation = Byte.toUnsignedInt(message.get(6));
        int protocols = Byte.toUnsignedInt(message.get(7));
        require(
                message.remaining() == 8 + protocols * 64,
                "Negotiate has as many protocols as it says, this one says " + protocols + " and has "
                        + message.remaining() + " bytes");
        for (int i = 0; i < protocols; i++) {
            ByteBuffer protocol = message.slice(8 + i * 64, 64);
            if (protocol.get(0) == DH_HMAC_CHAP) {
                int hashes = Byte.toUnsignedInt(protocol.get(2));
                int groups = Byte.toUnsignedInt(protocol.get(3));
                require(
                        hashes <= 30 && groups <= 30,
                        "Negotiate has room for 30 hashes and 30 groups, this one says " + hashes + " and " + groups);
                return new Negotiate(
                        transaction,
                        concatenation,
                        known(protocol.slice(4, hashes), DhChapHash::ofId),
                        known(protocol.slice(34, groups), DhGroup::ofId));
            }
        }
        throw new DhChapException(
                DhChapException.PROTOCOL_NOT_USABLE,
                "the host offers none of its " + protocols + " protocols as DH-HMAC-CHAP, which is the only one here");
    }

    private static <T> List<T> known(ByteBuffer ids, IntFunction<Optional<T>> ofId) {
        List<T> known = new ArrayList<>();
        while (ids.hasRemaining()) {
            ofId.apply(Byte.toUnsignedInt(ids.get())).ifPresent(known::add);
        }
        return List.copyOf(known);
    }

    private static Reply reply(ByteBuffer message, int transaction) throws DhChapException {
        require(message.remaining() >= HEADER, "Reply is at least 16 bytes long, this one is " + message.remaining());
        int hashLength = Byte.toUnsignedInt(message.get(6));
        boolean asks = message.get(8) != 0;
        int publicLength = Short.toUnsignedInt(message.getShort(10));
        int sequence = message.getInt(12);
        require(
                message.remaining() == HEADER + 2 * hashLength + publicLength,
                "Reply is as long as it says, this one says " + hashLength + " and " + publicLength + " and has "
                        + message.remaining() + " bytes");
        require(!asks || sequence != 0, "Reply with a challenge has a sequence number, this one has 0");
        message.position(HEADER);
        byte[] response = bytes(message, hashLength);
        byte[] challenge = bytes(message, hashLength);
        return new Reply(
                transaction,
                sequence,
                response,
                asks ? Optional.of(challenge) : Optional.empty(),
                bytes(message, publicLength));
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static void require(boolean holds, String sentence) throws DhChapException {
        if (!holds) {
            throw new DhChapException(
                    DhChapException.INCORRECT_PAYLOAD,
                    "the authentication message " + sentence + ", so the host is broken or hostile");
        }
    }
}
