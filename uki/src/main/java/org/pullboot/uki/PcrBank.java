package org.pullboot.uki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The banks of platform configuration registers that a TPM may have, each with a digest of its own (TPM 2.0, part 2). */
public enum PcrBank {
    SHA1("SHA-1", 0x0004, 20),
    SHA256("SHA-256", 0x000B, 32),
    SHA384("SHA-384", 0x000C, 48),
    SHA512("SHA-512", 0x000D, 64);

    private final String algorithm;
    private final int algorithmId;
    private final int size;

    PcrBank(String algorithm, int algorithmId, int size) {
        this.algorithm = algorithm;
        this.algorithmId = algorithmId;
        this.size = size;
    }

    /** All of them, in the order in which systemd prints them. */
    public static Set<PcrBank> all() {
        return EnumSet.allOf(PcrBank.class);
    }

    /** The one that systemd calls so, in lower or upper case; empty for others. */
    public static Optional<PcrBank> ofLabel(String label) {
        for (PcrBank bank : values()) {
            if (bank.label().equals(label.toLowerCase(Locale.ROOT))) {
                return Optional.of(bank);
            }
        }
        return Optional.empty();
    }

    /** As systemd writes it: {@code sha256}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** TPM_ALG_ID, 16 bits. */
    int algorithmId() {
        return algorithmId;
    }

    /** The value of a register before anything was measured into it. */
    byte[] zero() {
        return new byte[size];
    }

    /** A register's value after a digest was measured into it. */
    byte[] extend(byte[] register, byte[] digest) {
        MessageDigest hash = digester();
        hash.update(register);
        return hash.digest(digest);
    }

    byte[] digest(byte[] content) {
        return digester().digest(content);
    }

    MessageDigest digester() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }
}
