package org.pullboot.nvme;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A secret that a host and a subsystem make their keys of TLS from. Its text form is
 * {@code NVMeTLSkey-1:HH:base64(key, CRC-32 of the key):} as {@code nvme gen-tls-key} makes it (NVM Express TCP
 * Transport 1.0, 3.6.1.5). Never shown but by {@link #text}.
 */
public final class TlsPskSecret {
    private static final String PREFIX = "NVMeTLSkey-1";

    private final byte[] configured;
    private final TlsCipher cipher;
    private final boolean transformed;

    private TlsPskSecret(byte[] configured, TlsCipher cipher, boolean transformed) {
        this.configured = configured;
        this.cipher = cipher;
        this.transformed = transformed;
    }

    /**
     * Reads the text form.
     *
     * @throws SecretException when it is not that, or has been changed on its way
     */
    public static TlsPskSecret parse(String text) throws SecretException {
        SecretText parsed = SecretText.parse(PREFIX, text);
        int length = parsed.key().length;
        Optional<TlsCipher> cipher = TlsCipher.ofKeyLength(length);
        if (cipher.isEmpty()
                || (parsed.hash() != 0 && parsed.hash() != cipher.get().id())) {
            throw new SecretException("the key of an NVMeTLSkey-1 secret is 32 bytes with hash 01 or 00, or 48 with 02 "
                    + "or 00, and this one's is " + length + " with 0" + parsed.hash() + "; generate it anew");
        }
        return new TlsPskSecret(parsed.key(), cipher.get(), parsed.hash() != 0);
    }

    /** A new secret for that cipher. */
    public static TlsPskSecret generate(SecureRandom random, TlsCipher cipher) {
        byte[] bytes = new byte[cipher.hash().length()];
        random.nextBytes(bytes);
        return new TlsPskSecret(bytes, cipher, true);
    }

    /** The text form, which gives the secret away. */
    public String text() {
        return new SecretText(transformed ? cipher.id() : 0, configured).text(PREFIX);
    }

    /**
     * The keys that a host with this secret may have, by the version of its tools: some go by the same identity, and
     * only the binder of a ClientHello tells which it is.
     */
    List<TlsPsk> keys(String hostNqn, String subsystemNqn) {
        List<TlsPsk> keys = new ArrayList<>();
        for (TlsLabel label : TlsLabel.values()) {
            byte[] retained = transformed ? TlsPsk.retained(label, cipher.hash(), configured, hostNqn) : configured;
            keys.add(TlsPsk.version1(label, cipher, retained, hostNqn, subsystemNqn));
            TlsPsk old = TlsPsk.version0(label, cipher, retained, hostNqn, subsystemNqn);
            // The standard's label has one byte for this length.
            if (label == TlsLabel.LEGACY || old.identity().length() <= 255) {
                keys.add(old);
            }
        }
        return List.copyOf(keys);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsPskSecret secret
                && transformed == secret.transformed
                && MessageDigest.isEqual(configured, secret.configured);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(configured);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return PREFIX + ":…";
    }
}
