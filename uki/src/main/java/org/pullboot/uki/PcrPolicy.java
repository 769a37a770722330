package org.pullboot.uki;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A TPM policy that holds while register 11 has a value (TPM 2.0, part 3, TPM2_PolicyPCR); its digest is always SHA-256. */
final class PcrPolicy {
    static final int REGISTER = 11;

    private static final int POLICY_PCR = 0x17F;
    private static final int SELECTION_BYTES = 3;

    private PcrPolicy() {}

    /** What the policy session of a TPM holds after it has checked the register. */
    static byte[] digest(PcrBank bank, byte[] register) {
        ByteBuffer command = ByteBuffer.allocate(4 + 4 + 2 + 1 + SELECTION_BYTES);
        command.putInt(POLICY_PCR).putInt(1).putShort((short) bank.algorithmId());
        command.put((byte) SELECTION_BYTES);
        command.put(command.position() + REGISTER / 8, (byte) (1 << REGISTER % 8));
        ByteArrayOutputStream update = new ByteArrayOutputStream();
        update.writeBytes(PcrBank.SHA256.zero());
        update.writeBytes(command.array());
        update.writeBytes(PcrBank.SHA256.digest(register));
        return PcrBank.SHA256.digest(update.toByteArray());
    }

    /** What is signed: the digest, and behind it that of the reference when there is one (TPM2_PolicyAuthorize). */
    static byte[] toBeSigned(byte[] digest, Optional<String> reference) {
        if (reference.isEmpty()) {
            return digest.clone();
        }
        byte[] hash = PcrBank.SHA256.digest(reference.get().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(digest.length + hash.length)
                .put(digest)
                .put(hash)
                .array();
    }
}
