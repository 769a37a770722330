package org.pullboot.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * A secret key that signs files, by signatures of their own (RFC 9580 §10.4) with SHA-512. Immutable; safe for use from
 * several threads.
 */
public final class OpenPgpSigner {
    private static final int MAX_BYTES = 1 << 20;

    private final VerificationKey key;
    private final PGPPrivateKey secret;
    private final InstantSource clock;

    /** Where the passphrase of an encrypted key comes from; asked only if it is encrypted. */
    public interface Passphrase {
        /**
         * The passphrase, which the caller clears after use.
         *
         * @param what for a person: the file that needs it
         * @throws IOException when there is none
         */
        char[] get(String what) throws IOException;
    }

    private OpenPgpSigner(VerificationKey key, PGPPrivateKey secret, InstantSource clock) {
        this.key = key;
        this.secret = secret;
        this.clock = clock;
    }

    /**
     * Reads a secret key as {@code gpg --export-secret-keys} writes it, armoured or not. Of several keys in it that may sign
     * the newest is taken.
     *
     * @throws OpenPgpException when it is none, may not sign, is not good any more, or the passphrase is wrong; the message
     *     names the file
     * @throws IOException when the file cannot be read, or there is no passphrase
     */
    public static OpenPgpSigner read(Path file, Passphrase passphrase) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(file.toString(), in.readNBytes(MAX_BYTES + 1), passphrase, InstantSource.system());
        }
    }

    static OpenPgpSigner of(String name, byte[] file, Passphrase passphrase, InstantSource clock) throws IOException {
        if (file.length > MAX_BYTES) {
            throw new OpenPgpException(name + " has more than " + MAX_BYTES + " bytes, which no key has");
        }
        PGPSecretKeyRing ring;
        List<VerificationKey> keys;
        try {
            byte[] packets = Armor.remove(file);
            if (Packet.split(packets).getFirst().tag() != Packet.SECRET_KEY) {
                throw new OpenPgpException(
                        "it does not begin with a secret key, as gpg --export-secret-keys writes it");
            }
            ring = new PGPSecretKeyRing(packets, new BcKeyFingerprintCalculator());
            byte[] certificate = ring.toCertificate().getEncoded();
            keys = Certificate.of(Packet.split(certificate), clock.instant()).keys();
        } catch (IOException | PGPException | RuntimeException e) {
            throw new OpenPgpException(name + " cannot be used to sign: " + e.getMessage(), e);
        }
        PGPSecretKeyRing all = ring;
        VerificationKey key = keys.stream()
                .filter(one -> one.flaw().isEmpty() && !one.isExpired(clock.instant()))
                .filter(one -> hasSecret(all, one))
                .max(Comparator.comparing(VerificationKey::created))
                .orElseThrow(() ->
                        new OpenPgpException(name + " cannot be used to sign: " + reason(all, keys, clock.instant())));
        PGPSecretKey found = ring.getSecretKey(key.key().getFingerprint());
        return new OpenPgpSigner(key, decrypt(name, found, passphrase), clock);
    }

    private static boolean hasSecret(PGPSecretKeyRing ring, VerificationKey key) {
        PGPSecretKey secret = ring.getSecretKey(key.key().getFingerprint());
        return secret != null && !secret.isPrivateKeyEmpty();
    }

    private static String reason(PGPSecretKeyRing ring, List<VerificationKey> keys, Instant now) {
        for (VerificationKey key : keys) {
            if (key.flaw().isPresent()) {
                return key.flaw().get();
            } else if (key.isExpired(now)) {
                return "the key " + key.name() + " expired at " + key.expires().orElseThrow();
            } else if (!hasSecret(ring, key)) {
                return "the secret part of the key " + key.name() + " is not in it";
            }
        }
        return "it holds no key";
    }

    private static PGPPrivateKey decrypt(String name, PGPSecretKey key, Passphrase passphrase) throws IOException {
        char[] secret = key.getS2KUsage() == 0 ? new char[0] : passphrase.get(name);
        try {
            PGPPrivateKey opened = key.extractPrivateKey(
                    new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(secret));
            if (opened != null) {
                return opened;
            }
        } catch (PGPException | RuntimeException e) {
            throw new OpenPgpException(
                    name + " does not open: the passphrase is wrong or the file is damaged (" + e.getMessage() + ")",
                    e);
        } finally {
            Arrays.fill(secret, '\0');
        }
        throw new OpenPgpException(name + " does not hold the secret part of its key");
    }

    /** The fingerprint of the key that signs, in hexadecimal digits as gpg shows it. */
    public String fingerprint() {
        return key.name();
    }

    /**
     * Signs, with the time of now.
     *
     * @return a binary signature
     * @throws OpenPgpException when the key has expired meanwhile
     */
    public byte[] sign(byte[] data) throws OpenPgpException {
        Instant now = clock.instant();
        if (key.isExpired(now)) {
            throw new OpenPgpException("the key " + key.name() + " expired at "
                    + key.expires().orElseThrow() + " and signs nothing any more: give it more time, or use another");
        }
        PGPPublicKey publicKey = key.key();
        try {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(
                    new BcPGPContentSignerBuilder(publicKey.getAlgorithm(), HashAlgorithmTags.SHA512), publicKey);
            generator.init(PGPSignature.BINARY_DOCUMENT, secret);
            PGPSignatureSubpacketGenerator said = new PGPSignatureSubpacketGenerator();
            said.setSignatureCreationTime(Date.from(now));
            said.setIssuerFingerprint(false, publicKey);
            generator.setHashedSubpackets(said.generate());
            if (publicKey.getVersion() == PublicKeyPacket.VERSION_4) {
                PGPSignatureSubpacketGenerator hint = new PGPSignatureSubpacketGenerator();
                hint.setIssuerKeyID(false, publicKey.getKeyID());
                generator.setUnhashedSubpackets(hint.generate());
            }
            generator.update(data);
            return generator.generate().getEncoded();
        } catch (IOException | PGPException e) {
            throw new OpenPgpException("the key " + key.name() + " cannot sign: " + e.getMessage(), e);
        }
    }

    /** A signature, or anything else of OpenPGP, as text. */
    public static byte[] armor(byte[] packets) {
        return Armor.add(packets);
    }
}
