package org.pullboot.nvme;

import java.util.Optional;

/** The cipher suites of NVMe/TCP over TLS 1.3 (NVM Express TCP Transport 1.0, 3.6.1.2), weakest first. */
public enum TlsCipher {
    /** TLS_AES_128_GCM_SHA256, whose keys are 32 bytes. */
    AES_128_GCM_SHA256(1, 0x1301, DhChapHash.SHA256),
    /** TLS_AES_256_GCM_SHA384, whose keys are 48 bytes. */
    AES_256_GCM_SHA384(2, 0x1302, DhChapHash.SHA384);

    private final int id;
    private final int suite;
    private final DhChapHash hash;

    TlsCipher(int id, int suite, DhChapHash hash) {
        this.id = id;
        this.suite = suite;
        this.hash = hash;
    }

    /** As it is written in secrets and identities. */
    int id() {
        return id;
    }

    /** As TLS has it. */
    int suite() {
        return suite;
    }

    /** The one hash that a key of this cipher may be used with. */
    DhChapHash hash() {
        return hash;
    }

    static Optional<TlsCipher> ofId(int id) {
        for (TlsCipher cipher : values()) {
            if (cipher.id == id) {
                return Optional.of(cipher);
            }
        }
        return Optional.empty();
    }

    static Optional<TlsCipher> ofKeyLength(int length) {
        for (TlsCipher cipher : values()) {
            if (cipher.hash.length() == length) {
                return Optional.of(cipher);
            }
        }
        return Optional.empty();
    }
}
