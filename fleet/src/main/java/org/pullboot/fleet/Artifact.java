package org.pullboot.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.pullboot.image.Sha256;

/**
 * One file a machine can fetch, as it is transferred.
 *
 * @param name its flat name; no {@code /}, no control characters
 * @param role what it is to a boot
 * @param digest of its bytes
 * @param size bytes
 * @param lastModified whole seconds; two artifacts of one name with different bytes never have the same
 * @param mediaType for {@code Content-Type}, without parameters
 */
public record Artifact(String name, Role role, Sha256 digest, long size, Instant lastModified, String mediaType) {
    private static final int MAX_NAME_BYTES = 255;

    /** What an artifact is to a boot. */
    public enum Role {
        /** What firmware loads: a UKI, or another EFI image. */
        UKI,
        /** An OS image. */
        IMAGE,
        /** A kernel's module tree for images that lack it. */
        MODULES,
        /** Anything else that lies beside them: checksums, signatures, root hashes. */
        OTHER
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException when it is no flat file name
     */
    public Artifact {
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no flat file name");
        }
    }

    /** Whether text can be an artifact's name: 1 to 255 bytes, no {@code /}, no control character, not a dot file. */
    public static boolean isName(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                && text.charAt(0) != '.'
                && text.chars().allMatch(c -> c != '/' && !Character.isISOControl(c));
    }

    /** The strong entity tag of RFC 9110 §8.8.3 with its quotes: the same bytes have the same, others never. */
    public String entityTag() {
        return "\"sha256-" + digest.hex().substring(0, 40) + "\"";
    }
}
