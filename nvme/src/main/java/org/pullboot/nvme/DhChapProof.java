package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How one party answers the other's challenge (NVM Express Base 2.0, 8.13.5.4 and 8.13.5.5).
 *
 * @param hash that both agreed on
 * @param sharedSecret what the key exchange gave; no bytes without one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DhChapProof(DhChapHash hash, byte[] sharedSecret, int transaction, String hostNqn, String subsystemNqn) {
    private static final byte[] END_OF_NAME = {0};

    /** What the host has to answer. */
    byte[] ofHost(byte[] key, byte[] challenge, int sequence) {
        return answer(key, challenge, sequence, "HostHost", hostNqn, subsystemNqn);
    }

    /** What the controller has to answer. */
    byte[] ofController(byte[] key, byte[] challenge, int sequence) {
        return answer(key, challenge, sequence, "Controller", subsystemNqn, hostNqn);
    }

    private byte[] answer(byte[] key, byte[] challenge, int sequence, String role, String own, String other) {
        ByteBuffer numbers = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
        // The last byte says that no TLS follows.
        numbers.putInt(sequence).putShort((short) transaction).put((byte) 0);
        return hash.hmac(
                key,
                augmented(challenge),
                numbers.array(),
                role.getBytes(StandardCharsets.US_ASCII),
                own.getBytes(StandardCharsets.UTF_8),
                END_OF_NAME,
                other.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] augmented(byte[] challenge) {
        return sharedSecret.length == 0 ? challenge : hash.hmac(hash.digest(sharedSecret), challenge);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "the proof of transaction " + transaction + " between " + hostNqn + " and " + subsystemNqn;
    }
}
