package org.pullboot.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.pullboot.pull.PullException;
import org.pullboot.pull.SignatureCheck;

/**
 * The keys that somebody trusts, and whether one of them signed something (RFC 9580). One good signature is enough, so that a
 * file can be signed with an old and a new key; a key that is not good any more now is not good for what it signed
 * before. Immutable; safe for use from several threads.
 */
public final class OpenPgpKeyring implements SignatureCheck {
    /** Where systemd looks for its keyring, in this order; the first that is there is the only one. */
    public static final List<Path> SYSTEMD = List.of(
            Path.of("/etc/systemd/import-pubring.pgp"),
            Path.of("/etc/systemd/import-pubring.gpg"),
            Path.of("/usr/lib/systemd/import-pubring.pgp"),
            Path.of("/usr/lib/systemd/import-pubring.gpg"));

    private static final int MAX_BYTES = 8 << 20;
    /** How far the clocks of who signs and who checks may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final String name;
    private final List<VerificationKey> keys;
    private final InstantSource clock;

    private OpenPgpKeyring(String name, List<VerificationKey> keys, InstantSource clock) {
        this.name = name;
        this.keys = List.copyOf(keys);
        this.clock = clock;
    }

    /**
     * Reads the first of these files that is there: keys in binary or armoured form, or gpg's keybox.
     *
     * @param files where the keyring may be, such as {@link #SYSTEMD}; at least one
     * @throws OpenPgpException when none is there, or it is no keyring
     * @throws IOException when it cannot be read
     */
    public static OpenPgpKeyring read(List<Path> files) throws IOException {
        for (Path file : files) {
            if (Files.exists(file)) {
                try (InputStream in = Files.newInputStream(file)) {
                    return of(file.toString(), in.readNBytes(MAX_BYTES + 1), InstantSource.system());
                }
            }
        }
        throw new OpenPgpException("there is no keyring ("
                + String.join(", ", files.stream().map(Path::toString).toList())
                + "): put there the public keys of those whose images may be used, or name another file");
    }

    static OpenPgpKeyring of(String name, byte[] file, InstantSource clock) throws OpenPgpException {
        List<VerificationKey> keys = new ArrayList<>();
        try {
            if (file.length > MAX_BYTES) {
                throw new OpenPgpException("it has more than " + MAX_BYTES + " bytes");
            }
            List<Packet> packets = Packet.split(Keybox.is(file) ? Keybox.keys(file) : Armor.remove(file));
            for (List<Packet> certificate : certificates(packets)) {
                keys.addAll(keys(certificate, clock.instant()));
            }
        } catch (OpenPgpException e) {
            throw new OpenPgpException("the keyring " + name + " cannot be used: " + e.sentence(), e);
        }
        if (keys.isEmpty()) {
            throw new OpenPgpException("the keyring " + name
                    + " holds no key that is known here: export public keys to it" + " with gpg --export");
        }
        return new OpenPgpKeyring(name, keys, clock);
    }

    /** Certificates by their primary keys; copies of one are put together. */
    private static Collection<List<Packet>> certificates(List<Packet> packets) throws OpenPgpException {
        Map<ByteBuffer, List<Packet>> certificates = new LinkedHashMap<>();
        List<Packet> current = List.of();
        for (Packet packet : packets) {
            if (packet.tag() == Packet.SECRET_KEY || packet.tag() == Packet.SECRET_SUBKEY) {
                throw new OpenPgpException("it holds a secret key, and public ones are wanted");
            }
            if (packet.tag() == Packet.PUBLIC_KEY) {
                current = certificates.computeIfAbsent(ByteBuffer.wrap(packet.body()), body -> new ArrayList<>());
            } else if (certificates.isEmpty()) {
                throw new OpenPgpException("it does not begin with a public key");
            }
            current.add(packet);
        }
        return certificates.values();
    }

    /** A key of a kind that is not known here does no harm to the others beside it. */
    private static List<VerificationKey> keys(List<Packet> certificate, Instant now) {
        try {
            return Certificate.of(certificate, now).keys();
        } catch (OpenPgpException e) {
            return List.of();
        }
    }

    /**
     * {@inheritDoc}
     *
     * @param signature detached, armoured or binary; or the same bytes again with signatures around or below them
     */
    @Override
    public void check(byte[] signed, byte[] signature) throws PullException {
        try {
            SignatureFile file = SignatureFile.parse(signature);
            if (file.content().isEmpty()) {
                verify(file, signed);
                return;
            }
            SignatureFile.Content content = file.content().get();
            verify(file, content.signed());
            if (!content.isSame(signed)) {
                throw new OpenPgpException("it is about another text than this");
            }
        } catch (OpenPgpException e) {
            throw new PullException("the signature is refused: " + e.sentence(), e);
        }
    }

    /**
     * What is in a signed message, or above the signatures of a signed text.
     *
     * @return the data; lines of a text are ended by line feeds
     * @throws PullException when nobody who is trusted signed it
     */
    public byte[] open(byte[] message) throws PullException {
        try {
            SignatureFile file = SignatureFile.parse(message);
            SignatureFile.Content content =
                    file.content().orElseThrow(() -> new OpenPgpException("the text that is signed is not in it"));
            verify(file, content.signed());
            return content.data();
        } catch (OpenPgpException e) {
            throw new PullException("the signed message is refused: " + e.sentence(), e);
        }
    }

    private void verify(SignatureFile file, byte[] signed) throws OpenPgpException {
        List<String> reasons = new ArrayList<>();
        for (Statement statement : file.signatures()) {
            try {
                verify(statement, signed);
                return;
            } catch (OpenPgpException e) {
                if (!reasons.contains(e.sentence())) {
                    reasons.add(e.sentence());
                }
            }
        }
        throw new OpenPgpException(String.join("; ", reasons));
    }

    private void verify(Statement statement, byte[] signed) throws OpenPgpException {
        if (statement.type() == PGPSignature.CANONICAL_TEXT_DOCUMENT && hasLoneReturn(signed)) {
            throw new OpenPgpException("it is about a text, and this one has a carriage return within a line");
        }
        List<VerificationKey> makers =
                keys.stream().filter(key -> statement.namesAsIssuer(key.key())).toList();
        if (makers.isEmpty()) {
            throw new OpenPgpException(
                    "the keyring " + name + " does not have the key that made it (" + issuer(statement) + ")");
        }
        VerificationKey maker = makers.stream()
                .filter(key -> statement.holds(key.key(), signature -> isOver(signature, signed)))
                .findFirst()
                .orElseThrow(() -> new OpenPgpException(
                        "it is wrong: the key " + makers.getFirst().name() + " did not sign these bytes"));
        Instant now = clock.instant();
        int type = statement.type();
        if (type != PGPSignature.BINARY_DOCUMENT && type != PGPSignature.CANONICAL_TEXT_DOCUMENT) {
            throw new OpenPgpException("it is no signature over data (type " + type + ")");
        }
        refuseIf(Algorithms.hashFlaw(statement.hash()).orElse(""));
        refuseIf(maker.flaw().orElse(""));
        if (maker.isExpired(now)) {
            refuseIf(
                    "the key " + maker.name() + " expired at " + maker.expires().orElseThrow());
        } else if (statement.made().isBefore(maker.created())) {
            refuseIf("it says that it is older than the key " + maker.name());
        } else if (statement.made().isAfter(now.plus(SKEW))) {
            refuseIf("the key " + maker.name() + " made it at " + statement.made()
                    + ", which is still to come: set the clock");
        } else if (statement.isExpired(now)) {
            refuseIf("what the key " + maker.name() + " signed expired at "
                    + statement.expires().orElseThrow());
        }
    }

    /** The library takes one for the end of a line, and other readers of the text do not. */
    private static boolean hasLoneReturn(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\r' && (i + 1 == text.length || text[i + 1] != '\n')) {
                return true;
            }
        }
        return false;
    }

    private static void refuseIf(String reason) throws OpenPgpException {
        if (!reason.isEmpty()) {
            throw new OpenPgpException(reason);
        }
    }

    private static boolean isOver(PGPSignature signature, byte[] signed) throws PGPException {
        signature.update(signed);
        return signature.verify();
    }

    private static String issuer(Statement statement) {
        return statement.issuers().stream()
                .map(issuer -> issuer.getFingerprint() == null
                        ? HexFormat.of().withUpperCase().toHexDigits(issuer.getKeyId())
                        : HexFormat.of().withUpperCase().formatHex(issuer.getFingerprint()))
                .max(Comparator.comparingInt(String::length))
                .orElse("it does not say which");
    }
}
