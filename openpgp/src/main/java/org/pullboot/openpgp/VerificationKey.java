package org.pullboot.openpgp;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPPublicKey;

/**
 * A key that may have signed data.
 *
 * @param key the library's view
 * @param created when
 * @param expires when it, or the primary key above it, is not good any more; empty for never
 * @param flaw why nothing that it signs counts, as a clause that names the key; empty when it does
 */
record VerificationKey(PGPPublicKey key, Instant created, Optional<Instant> expires, Optional<String> flaw) {
    /** Its fingerprint, as gpg shows it. */
    String name() {
        return name(key);
    }

    boolean isExpired(Instant now) {
        return expires.filter(end -> !end.isAfter(now)).isPresent();
    }

    static String name(PGPPublicKey key) {
        return HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
    }
}
