package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a controller says while a host authenticates, as it goes over the wire (NVM Express Base 2.0, 8.13.5). */
final class DhChapAnswer {
    private DhChapAnswer() {}

    /**
     * Asks the host to prove itself.
     *
     * @param publicValue our half of the key exchange; no bytes without one
     */
    static ByteBuffer challenge(
            int transaction, DhChapHash hash, DhGroup group, int sequence, byte[] challenge, byte[] publicValue) {
        int length = DhChapMessage.HEADER + challenge.length + publicValue.length;
        return start(length, DhChapMessage.DH_HMAC_CHAP, DhChapMessage.CHALLENGE, transaction)
                .put(6, (byte) challenge.length)
                .put(8, (byte) hash.id())
                .put(9, (byte) group.id())
                .putShort(10, (short) publicValue.length)
                .putInt(12, sequence)
                .put(DhChapMessage.HEADER, challenge)
                .put(DhChapMessage.HEADER + challenge.length, publicValue);
    }

    /** The host has proved itself, and did not ask for the same. */
    static ByteBuffer success1(int transaction, DhChapHash hash) {
        return start(DhChapMessage.HEADER, DhChapMessage.DH_HMAC_CHAP, DhChapMessage.SUCCESS1, transaction)
                .put(6, (byte) hash.length());
    }

    /** The host has proved itself, and this is our proof. */
    static ByteBuffer success1(int transaction, byte[] response) {
        int length = DhChapMessage.HEADER + response.length;
        return start(length, DhChapMessage.DH_HMAC_CHAP, DhChapMessage.SUCCESS1, transaction)
                .put(6, (byte) response.length)
                .put(8, (byte) 1)
                .put(DhChapMessage.HEADER, response);
    }

    /**
     * The host has failed.
     *
     * @param explanation as in {@link DhChapException}
     */
    static ByteBuffer failure1(int transaction, int explanation) {
        return start(8, DhChapMessage.COMMON, DhChapMessage.FAILURE1, transaction)
                .put(6, (byte) 1)
                .put(7, (byte) explanation);
    }

    private static ByteBuffer start(int length, int type, int id, int transaction) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, (byte) type)
                .put(1, (byte) id)
                .putShort(4, (short) transaction);
    }
}
