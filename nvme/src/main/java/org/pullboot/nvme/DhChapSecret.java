package org.pullboot.nvme;

/** A secret of in-band authentication. Its text form is {@code DHHC-1:HH:base64(key, CRC-32 of the key):}. */
public final class DhChapSecret {
    private final byte[] key;

    private DhChapSecret(byte[] key) {
        this.key = key;
    }

    static DhChapSecret of(byte[] key) {
        return new DhChapSecret(key.clone());
    }

    byte[] key() {
        return key.clone();
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "DHHC-1:…";
    }
}
