package org.pullboot.nvme;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A key of TLS and the identity it goes by.
 *
 * @param key as long as the cipher's hash
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TlsPsk(String identity, TlsCipher cipher, byte[] key) {
    private static final byte[] NOTHING = {};

    /** The key that a secret gives for one pair of names (NVM Express TCP Transport 1.0, 3.6.1.4), identity version 0. */
    static TlsPsk version0(TlsLabel label, TlsCipher cipher, byte[] retained, String hostNqn, String subsystemNqn) {
        String identity = "NVMe0R0" + cipher.id() + " " + hostNqn + " " + subsystemNqn;
        return new TlsPsk(identity, cipher, key(label, cipher, retained, identity));
    }

    /** The same with identity version 1, which tells two secrets of the same names apart. */
    static TlsPsk version1(TlsLabel label, TlsCipher cipher, byte[] retained, String hostNqn, String subsystemNqn) {
        String digest = digest(cipher, retained, hostNqn, subsystemNqn);
        return new TlsPsk(
                "NVMe1R0" + cipher.id() + " " + hostNqn + " " + subsystemNqn + " " + digest,
                cipher,
                key(label, cipher, retained, "0" + cipher.id() + " " + digest));
    }

    /** What a secret is turned into for one host, so that hosts never have the same key. */
    static byte[] retained(TlsLabel label, DhChapHash hash, byte[] configured, String hostNqn) {
        return label.expand(
                hash, TlsLabel.extract(hash, configured), "HostNQN", hostNqn.getBytes(StandardCharsets.UTF_8));
    }

    /** What names a retained or generated key without giving it away. */
    static String digest(TlsCipher cipher, byte[] retained, String hostNqn, String subsystemNqn) {
        byte[] names = (hostNqn + " " + subsystemNqn + " NVMe-over-Fabrics").getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(cipher.hash().hmac(retained, names));
    }

    /** The key of TLS itself. */
    static byte[] key(TlsLabel label, TlsCipher cipher, byte[] retained, String context) {
        DhChapHash hash = cipher.hash();
        return label.expand(
                hash, TlsLabel.extract(hash, retained), "nvme-tls-psk", context.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a host that has this key made the binder of a ClientHello (RFC 8446, 4.2.11.2). */
    boolean made(byte[] binder, byte[] helloBeforeBinders) {
        DhChapHash hash = cipher.hash();
        byte[] early = TlsLabel.extract(hash, key);
        byte[] binderKey = TlsLabel.STANDARD.expand(hash, early, "ext binder", hash.digest(NOTHING));
        byte[] finished = TlsLabel.STANDARD.expand(hash, binderKey, "finished", NOTHING);
        return MessageDigest.isEqual(hash.hmac(finished, hash.digest(helloBeforeBinders)), binder);
    }

    byte[] identityBytes() {
        return identity.getBytes(StandardCharsets.UTF_8);
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "the key of " + identity;
    }
}
