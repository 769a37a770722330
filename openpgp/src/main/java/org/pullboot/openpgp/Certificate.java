package org.pullboot.openpgp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.bcpg.sig.RevocationReason;
import org.bouncycastle.bcpg.sig.RevocationReasonTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/**
 * A primary key with its user IDs and subkeys (RFC 9580 §10.1), and which of its keys may sign at a point in time. What a
 * key is allowed to do, and until when, is said by the primary key's newest signatures over it; a subkey that signs has
 * to say itself that it belongs to the primary key. A revocation is final, for whatever reason it was made; only a user ID
 * can be certified anew.
 */
final class Certificate {
    private final PGPPublicKey primary;
    private final Instant now;
    private final List<Statement> onKey = new ArrayList<>();
    private final Map<ByteBuffer, UserId> userIds = new LinkedHashMap<>();
    private final Map<ByteBuffer, Subkey> subkeys = new LinkedHashMap<>();

    private record UserId(Packet packet, List<Statement> statements) {}

    private record Subkey(PGPPublicKey key, List<Statement> statements) {}

    private Certificate(PGPPublicKey primary, Instant now) {
        this.primary = primary;
        this.now = now;
    }

    /**
     * Reads a certificate. What comes again in it, as where a newer copy was added to a keyring, is put together: what one
     * copy revokes is not good because of the other.
     *
     * @param packets of which the first is its primary key
     * @param now when it has to be good
     * @throws OpenPgpException when its primary key cannot be read
     */
    static Certificate of(List<Packet> packets, Instant now) throws OpenPgpException {
        Certificate certificate = new Certificate(key(packets.getFirst()), now);
        List<Statement> current = certificate.onKey;
        for (Packet packet : packets.subList(1, packets.size())) {
            switch (packet.tag()) {
                case Packet.SIGNATURE -> add(current, packet);
                case Packet.PUBLIC_KEY -> current = certificate.onKey;
                case Packet.USER_ID ->
                    current = certificate.userIds.computeIfAbsent(
                                    ByteBuffer.wrap(packet.body()), body -> new UserId(packet, new ArrayList<>()))
                            .statements;
                case Packet.PUBLIC_SUBKEY -> current = certificate.subkey(packet);
                // User attributes and what is not known yet: what is signed about them says nothing about keys.
                default -> current = new ArrayList<>();
            }
        }
        return certificate;
    }

    private static PGPPublicKey key(Packet packet) throws OpenPgpException {
        try {
            if (packet.stream().readPacket() instanceof PublicKeyPacket key
                    && (key.getVersion() == PublicKeyPacket.VERSION_4
                            || key.getVersion() == PublicKeyPacket.VERSION_6)) {
                return new PGPPublicKey(key, new BcKeyFingerprintCalculator());
            }
        } catch (IOException | PGPException | RuntimeException e) {
            throw new OpenPgpException("a key is damaged: " + e.getMessage(), e);
        }
        throw new OpenPgpException("a key is not of version 4 or 6");
    }

    /** What is made in a way that is not known here is as good as not there. */
    private static void add(List<Statement> statements, Packet packet) {
        try {
            statements.add(Statement.of(packet));
        } catch (OpenPgpException e) {
            return;
        }
    }

    /** Where the signatures about a subkey go. */
    private List<Statement> subkey(Packet packet) {
        ByteBuffer body = ByteBuffer.wrap(packet.body());
        Subkey known = subkeys.get(body);
        if (known != null) {
            return known.statements;
        }
        List<Statement> statements = new ArrayList<>();
        try {
            subkeys.put(body, new Subkey(key(packet), statements));
        } catch (OpenPgpException e) {
            // A kind of key that is not known here signs nothing here.
            return statements;
        }
        return statements;
    }

    /** Every key of it, those that may not sign with the reason. */
    List<VerificationKey> keys() {
        Optional<Statement> direct = newest(
                onKey, type -> type == PGPSignature.DIRECT_KEY, signature -> signature.verifyCertification(primary));
        Optional<Statement> user = userIds.values().stream()
                .flatMap(id -> certification(id).stream())
                .max(Comparator.comparing(Statement::made));
        Optional<Instant> expires = direct.flatMap(Statement::keyValidity)
                .or(() -> user.flatMap(Statement::keyValidity))
                .map(created(primary)::plus);
        Optional<String> flaw = primaryFlaw(direct, user)
                .or(() -> Algorithms.keyFlaw(primary))
                .map(predicate -> clause(primary, predicate));
        int flags = direct.flatMap(Statement::keyFlags)
                .or(() -> user.flatMap(Statement::keyFlags))
                .orElse(KeyFlags.SIGN_DATA);
        List<VerificationKey> keys = new ArrayList<>();
        keys.add(new VerificationKey(
                primary,
                created(primary),
                expires,
                flaw.or(() -> mayNotSign(flags).map(predicate -> clause(primary, predicate)))));
        for (Subkey subkey : subkeys.values()) {
            keys.add(verificationKey(subkey, expires, flaw));
        }
        return keys;
    }

    private Optional<String> primaryFlaw(Optional<Statement> direct, Optional<Statement> user) {
        Optional<Statement> revocation =
                revocation(onKey, PGPSignature.KEY_REVOCATION, signature -> signature.verifyCertification(primary));
        if (revocation.isPresent()) {
            return Optional.of("was revoked" + reason(revocation.get()));
        }
        if (primary.getVersion() == PublicKeyPacket.VERSION_6 && direct.isEmpty()) {
            return Optional.of("has no valid signature over itself");
        }
        if (direct.isEmpty() && user.isEmpty()) {
            return Optional.of("has no user ID that its own signature certifies and that is not revoked");
        }
        return Optional.empty();
    }

    private Optional<Statement> certification(UserId id) {
        Statement.Subject subject = signature -> signature.verifyCertification(id.packet.body(), primary);
        Optional<Statement> newest = newest(id.statements, PGPSignature::isCertification, subject);
        Optional<Statement> revocation = revocation(id.statements, PGPSignature.CERTIFICATION_REVOCATION, subject);
        return newest.filter(statement ->
                revocation.filter(r -> !r.made().isBefore(statement.made())).isEmpty());
    }

    private VerificationKey verificationKey(
            Subkey subkey, Optional<Instant> primaryExpires, Optional<String> primaryFlaw) {
        Statement.Subject subject = signature -> signature.verifyCertification(primary, subkey.key);
        Optional<Statement> binding = newest(subkey.statements, type -> type == PGPSignature.SUBKEY_BINDING, subject);
        Optional<Instant> expires = binding.flatMap(Statement::keyValidity)
                .map(created(subkey.key)::plus)
                .filter(end -> primaryExpires.filter(end::isAfter).isEmpty())
                .or(() -> primaryExpires);
        Optional<Statement> revocation = revocation(subkey.statements, PGPSignature.SUBKEY_REVOCATION, subject);
        Optional<String> flaw = primaryFlaw.or(() -> revocation
                .map(statement -> "was revoked" + reason(statement))
                .or(() -> bindingFlaw(subkey, binding))
                .or(() -> Algorithms.keyFlaw(subkey.key))
                .map(predicate -> clause(subkey.key, predicate)));
        return new VerificationKey(subkey.key, created(subkey.key), expires, flaw);
    }

    private Optional<String> bindingFlaw(Subkey subkey, Optional<Statement> binding) {
        if (binding.isEmpty()) {
            return Optional.of(
                    "is no subkey of " + VerificationKey.name(primary) + " by a signature of that key that counts");
        }
        return mayNotSign(binding.get().keyFlags().orElse(KeyFlags.SIGN_DATA))
                .or(() -> saysItself(subkey, binding.get().signature())
                        ? Optional.empty()
                        : Optional.of("does not say itself that it belongs to " + VerificationKey.name(primary)
                                + " (its primary key binding is missing or wrong)"));
    }

    /** Else somebody could take another's signing key for a subkey of his own, and what that signed for his. */
    private boolean saysItself(Subkey subkey, PGPSignature binding) {
        List<Statement> embedded = new ArrayList<>(embedded(binding.getHashedSubPackets()));
        embedded.addAll(embedded(binding.getUnhashedSubPackets()));
        return embedded.stream()
                .filter(statement -> statement.type() == PGPSignature.PRIMARYKEY_BINDING)
                .filter(this::counts)
                .anyMatch(statement ->
                        statement.holds(subkey.key, signature -> signature.verifyCertification(primary, subkey.key)));
    }

    private static List<Statement> embedded(PGPSignatureSubpacketVector part) {
        List<Statement> statements = new ArrayList<>();
        try {
            for (PGPSignature signature : part.getEmbeddedSignatures()) {
                statements.add(Statement.of(signature));
            }
        } catch (PGPException | OpenPgpException | RuntimeException e) {
            // What cannot be read does not count.
            return statements;
        }
        return statements;
    }

    private Optional<Statement> newest(List<Statement> statements, IntPredicate type, Statement.Subject subject) {
        return statements.stream()
                .filter(statement -> type.test(statement.type()))
                .filter(this::counts)
                .filter(statement -> statement.namesAsIssuer(primary))
                .sorted(Comparator.comparing(Statement::made).reversed())
                .filter(statement -> statement.holds(primary, subject))
                .findFirst();
    }

    private boolean counts(Statement statement) {
        return statement.isTimely(now) && Algorithms.bindingHash(statement.hash(), statement.made());
    }

    /** The newest; of any time and by any hash, since heeding one too many does less harm than one too few. */
    private Optional<Statement> revocation(List<Statement> statements, int type, Statement.Subject subject) {
        return statements.stream()
                .filter(statement -> statement.type() == type)
                .filter(statement -> statement.holds(primary, subject))
                .max(Comparator.comparing(Statement::made));
    }

    private static String reason(Statement revocation) {
        RevocationReason reason = revocation.signature().getHashedSubPackets().getRevocationReason();
        if (reason == null || reason.getData().length == 0) {
            return "";
        }
        return switch (reason.getData()[0]) {
            case RevocationReasonTags.KEY_SUPERSEDED -> " when another took its place";
            case RevocationReasonTags.KEY_COMPROMISED -> " since it is in wrong hands";
            case RevocationReasonTags.KEY_RETIRED -> " when it was taken out of use";
            default -> "";
        };
    }

    private static String clause(PGPPublicKey key, String predicate) {
        return "the key " + VerificationKey.name(key) + " " + predicate;
    }

    private static Optional<String> mayNotSign(int flags) {
        return (flags & KeyFlags.SIGN_DATA) == 0 ? Optional.of("is not meant for signing data") : Optional.empty();
    }

    private static Instant created(PGPPublicKey key) {
        return key.getCreationTime().toInstant();
    }
}
