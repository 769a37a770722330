package org.pullboot.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.Features;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.PBESecretKeyEncryptor;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A new key that signs, Ed25519 in the form that every gpg since 2.1 reads (version 4, EdDSA), and its files. */
public final class OpenPgpKeyPair {
    /** The secret key, armoured; for its owner alone. */
    public static final String SECRET = "openpgp.key";
    /** The public key, armoured, for people. */
    public static final String PUBLIC = "openpgp.asc";
    /** The public key, binary, as systemd wants it in {@code /etc/systemd}. */
    public static final String KEYRING = "import-pubring.pgp";

    private static final String FOR_OWNER = "rw-------";
    private static final String FOR_ALL = "rw-r--r--";
    /** About a second for each guess at the passphrase: 2^26 bytes are hashed (RFC 9580 §3.7.1.3). */
    private static final int SLOWEST = 0xff;

    private OpenPgpKeyPair() {}

    /**
     * What key shall be made.
     *
     * @param userId whose it is, as {@code NAME <MAIL>} or any other words
     * @param created when
     * @param validity for how long from then; empty for ever
     */
    public record Request(String userId, Instant created, Optional<Duration> validity) {
        private static final int MAX_USER_ID = 255;
        private static final long MAX_SECONDS = 0xffffffffL;

        /**
         * Checks.
         *
         * @throws IllegalArgumentException when the user ID is empty, too long or of several lines, or the time is too long
         *     for a key
         */
        public Request {
            if (userId.isBlank()
                    || userId.length() > MAX_USER_ID
                    || userId.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a key's user ID is one line of 1 to " + MAX_USER_ID
                        + " characters, such as 'Images <me@example.org>'");
            }
            if (validity.filter(time -> time.toSeconds() < 1 || time.toSeconds() > MAX_SECONDS)
                    .isPresent()) {
                throw new IllegalArgumentException("a key is valid for 1 second to " + MAX_SECONDS + " seconds");
            }
        }
    }

    /**
     * Makes a key and writes its files; the directory is for its owner alone if it is new.
     *
     * @param directory made if it is not there
     * @param passphrase encrypts the secret key; empty for none. It is left as it is
     * @return the names of the files, the secret one first
     * @throws FileAlreadyExistsException when there is one of the files already; then none is written
     * @throws OpenPgpException when no key can be made
     * @throws IOException when a file cannot be written
     */
    public static List<String> generate(Path directory, Request request, char[] passphrase) throws IOException {
        List<String> names = List.of(SECRET, PUBLIC, KEYRING);
        for (String name : names) {
            Path file = directory.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        PGPKeyRingGenerator generator = generator(request, passphrase);
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        generator.generateSecretKeyRing().encode(secret);
        byte[] keyring = generator.generatePublicKeyRing().getEncoded();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(directory.resolve(SECRET), Armor.add(secret.toByteArray()), FOR_OWNER);
        write(directory.resolve(PUBLIC), Armor.add(keyring), FOR_ALL);
        write(directory.resolve(KEYRING), keyring, FOR_ALL);
        return names;
    }

    private static PGPKeyRingGenerator generator(Request request, char[] passphrase) throws OpenPgpException {
        Ed25519KeyPairGenerator pairs = new Ed25519KeyPairGenerator();
        pairs.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        PGPSignatureSubpacketGenerator said = new PGPSignatureSubpacketGenerator();
        said.setSignatureCreationTime(Date.from(request.created()));
        said.setKeyFlags(true, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA);
        said.setFeature(false, Features.FEATURE_MODIFICATION_DETECTION);
        said.setPreferredHashAlgorithms(false, new int[] {HashAlgorithmTags.SHA512, HashAlgorithmTags.SHA256});
        request.validity().ifPresent(time -> said.setKeyExpirationTime(true, time.toSeconds()));
        try {
            BcPGPKeyPair pair = new BcPGPKeyPair(
                    PublicKeyPacket.VERSION_4,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    pairs.generateKeyPair(),
                    Date.from(request.created()));
            said.setIssuerFingerprint(false, pair.getPublicKey());
            return new PGPKeyRingGenerator(
                    PGPSignature.POSITIVE_CERTIFICATION,
                    pair,
                    request.userId(),
                    new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                    said.generate(),
                    null,
                    new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.EDDSA_LEGACY, HashAlgorithmTags.SHA512),
                    encryptor(passphrase));
        } catch (PGPException e) {
            throw new OpenPgpException("no key can be made: " + e.getMessage(), e);
        }
    }

    private static PBESecretKeyEncryptor encryptor(char[] passphrase) throws PGPException {
        if (passphrase.length == 0) {
            return new BcPBESecretKeyEncryptorBuilder(SymmetricKeyAlgorithmTags.NULL).build(passphrase);
        }
        return new BcPBESecretKeyEncryptorBuilder(
                        SymmetricKeyAlgorithmTags.AES_256,
                        new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256),
                        SLOWEST)
                .build(passphrase);
    }

    /** Never in place of another file, and from the start with the permissions that it shall have. */
    private static void write(Path file, byte[] content, String permissions) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }
}
