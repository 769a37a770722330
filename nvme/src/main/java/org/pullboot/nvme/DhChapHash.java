package org.pullboot.nvme;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of DH-HMAC-CHAP (NVM Express Base 2.0, 8.13.5.3), weakest first. */
public enum DhChapHash {
    /** SHA-256. */
    SHA256(1, 32, "SHA-256", "HmacSHA256"),
    /** SHA-384. */
    SHA384(2, 48, "SHA-384", "HmacSHA384"),
    /** SHA-512. */
    SHA512(3, 64, "SHA-512", "HmacSHA512");

    private final int id;
    private final int length;
    private final String digest;
    private final String mac;

    DhChapHash(int id, int length, String digest, String mac) {
        this.id = id;
        this.length = length;
        this.digest = digest;
        this.mac = mac;
    }

    /** As it is written on the wire and in secrets. */
    int id() {
        return id;
    }

    /** Of what it makes; in bytes. */
    int length() {
        return length;
    }

    static Optional<DhChapHash> ofId(int id) {
        for (DhChapHash hash : values()) {
            if (hash.id == id) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance(digest).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + digest, e);
        }
    }

    /** The HMAC of the parts, one after the other. */
    byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac hmac = Mac.getInstance(mac);
            hmac.init(new SecretKeySpec(key, mac));
            for (byte[] part : parts) {
                hmac.update(part);
            }
            return hmac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime cannot do " + mac, e);
        }
    }
}
