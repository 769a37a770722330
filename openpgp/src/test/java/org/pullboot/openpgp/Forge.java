package org.pullboot.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.crypto.AsymmetricCipherKeyPairGenerator;
import org.bouncycastle.crypto.KeyGenerationParameters;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.Ed448KeyPairGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A certificate that is put together packet by packet, as no tool makes it. */
final class Forge {
    static final String USER = "Somebody";

    private static final int SUBKEY_TAG = 0xce;
    private static final int FIVE_OCTETS = 0xff;

    private final ByteArrayOutputStream packets = new ByteArrayOutputStream();
    private final PGPKeyPair primary;

    /** What a signature is about. */
    interface Target {
        PGPSignature sign(PGPSignatureGenerator generator) throws PGPException;
    }

    Forge(PGPKeyPair primary) throws IOException {
        this.primary = primary;
        packets.writeBytes(primary.getPublicKey().getEncoded());
    }

    static PGPKeyPair ed25519(Instant created) throws PGPException {
        return key(4, PublicKeyAlgorithmTags.EDDSA_LEGACY, created);
    }

    static PGPKeyPair key(int version, int algorithm, Instant created) throws PGPException {
        boolean large = algorithm == PublicKeyAlgorithmTags.Ed448;
        AsymmetricCipherKeyPairGenerator pairs = large ? new Ed448KeyPairGenerator() : new Ed25519KeyPairGenerator();
        pairs.init(new KeyGenerationParameters(new SecureRandom(), 256));
        return new BcPGPKeyPair(version, algorithm, pairs.generateKeyPair(), Date.from(created));
    }

    /** A signature by a key; it says who made it and, unless {@code said} does, when. */
    static PGPSignature signature(
            int type,
            PGPKeyPair by,
            Instant made,
            int hash,
            Consumer<PGPSignatureSubpacketGenerator> said,
            Target target)
            throws PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(by.getPublicKey().getAlgorithm(), hash), by.getPublicKey());
        generator.init(type, by.getPrivateKey());
        PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
        hashed.setSignatureCreationTime(Date.from(made));
        hashed.setIssuerFingerprint(false, by.getPublicKey());
        said.accept(hashed);
        generator.setHashedSubpackets(hashed.generate());
        return target.sign(generator);
    }

    /** A signature over data. */
    static byte[] data(PGPKeyPair by, Instant made, Consumer<PGPSignatureSubpacketGenerator> said, byte[] data)
            throws PGPException, IOException {
        return data(PGPSignature.BINARY_DOCUMENT, by, made, HashAlgorithmTags.SHA512, said, data);
    }

    static byte[] data(
            int type, PGPKeyPair by, Instant made, int hash, Consumer<PGPSignatureSubpacketGenerator> said, byte[] data)
            throws PGPException, IOException {
        return signature(type, by, made, hash, said, generator -> {
                    generator.update(data);
                    return generator.generate();
                })
                .getEncoded();
    }

    Forge add(PGPSignature signature) throws IOException {
        packets.writeBytes(signature.getEncoded());
        return this;
    }

    /** A user ID without any signature. */
    Forge user() {
        byte[] name = USER.getBytes(StandardCharsets.UTF_8);
        packets.write(0xc0 | Packet.USER_ID);
        packets.write(name.length);
        packets.writeBytes(name);
        return this;
    }

    /** A user ID, certified by the primary key. */
    Forge user(Instant made, int hash, Consumer<PGPSignatureSubpacketGenerator> said) throws PGPException, IOException {
        return user().add(onUser(PGPSignature.POSITIVE_CERTIFICATION, made, hash, said));
    }

    Forge user(Instant made) throws PGPException, IOException {
        return user(made, HashAlgorithmTags.SHA512, said -> {});
    }

    PGPSignature onUser(int type, Instant made, int hash, Consumer<PGPSignatureSubpacketGenerator> said)
            throws PGPException {
        return signature(
                type,
                primary,
                made,
                hash,
                said,
                generator -> generator.generateCertification(USER, primary.getPublicKey()));
    }

    /** A signature of the primary key over itself. */
    PGPSignature onKey(int type, Instant made, Consumer<PGPSignatureSubpacketGenerator> said) throws PGPException {
        return signature(
                type,
                primary,
                made,
                HashAlgorithmTags.SHA512,
                said,
                generator -> generator.generateCertification(primary.getPublicKey()));
    }

    /** A signature of some key over the primary key and a subkey. */
    PGPSignature onSubkey(
            int type, PGPKeyPair by, PGPKeyPair subkey, Instant made, Consumer<PGPSignatureSubpacketGenerator> said)
            throws PGPException {
        return signature(
                type,
                by,
                made,
                HashAlgorithmTags.SHA512,
                said,
                generator -> generator.generateCertification(primary.getPublicKey(), subkey.getPublicKey()));
    }

    /** A subkey without any signature. */
    Forge subkey(PGPKeyPair key) throws IOException {
        byte[] body = Packet.split(key.getPublicKey().getEncoded()).getFirst().body();
        packets.write(SUBKEY_TAG);
        packets.write(FIVE_OCTETS);
        for (int shift = 24; shift >= 0; shift -= 8) {
            packets.write(body.length >> shift);
        }
        packets.writeBytes(body);
        return this;
    }

    byte[] bytes() {
        return packets.toByteArray();
    }
}
