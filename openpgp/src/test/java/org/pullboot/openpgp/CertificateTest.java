package org.pullboot.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.PullException;

/** Which keys of a certificate count. */
final class CertificateTest {
    private static final Instant BORN = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant LATER = BORN.plus(Duration.ofDays(30));
    private static final Instant NOW = BORN.plus(Duration.ofDays(60));
    private static final byte[] DATA = "list".getBytes(StandardCharsets.UTF_8);

    private final PGPKeyPair primary = Forge.ed25519(BORN);
    private final PGPKeyPair subkey = Forge.ed25519(BORN);

    CertificateTest() throws PGPException {}

    @Test
    void aCertifiedKeyCounts() throws Exception {
        assertThat(refusal(new Forge(primary).user(BORN), primary)).isEmpty();
    }

    @Test
    void keysOfVersion6AndNewFormsOfVersion4Count() throws Exception {
        for (int version : new int[] {4, 6}) {
            for (int algorithm : new int[] {PublicKeyAlgorithmTags.Ed25519, PublicKeyAlgorithmTags.Ed448}) {
                PGPKeyPair key = Forge.key(version, algorithm, BORN);
                Forge forge = new Forge(key);
                forge.add(
                        forge.onKey(PGPSignature.DIRECT_KEY, BORN, said -> said.setKeyFlags(true, KeyFlags.SIGN_DATA)));

                assertThat(refusal(forge, key)).as(version + " " + algorithm).isEmpty();
            }
        }
    }

    @Test
    void aKeyOfVersion6NeedsASignatureOverItself() throws Exception {
        PGPKeyPair key = Forge.key(6, PublicKeyAlgorithmTags.Ed25519, BORN);

        assertThat(refusal(new Forge(key).user(BORN), key)).endsWith("has no valid signature over itself");
    }

    @Test
    void aKeyThatNobodyCertifiedDoesNotCount() throws Exception {
        assertThat(refusal(new Forge(primary).user(), primary))
                .endsWith("has no user ID that its own signature certifies and that is not revoked");
        PGPKeyPair other = Forge.ed25519(BORN);
        PGPSignature foreign = Forge.signature(
                PGPSignature.POSITIVE_CERTIFICATION,
                other,
                BORN,
                HashAlgorithmTags.SHA512,
                said -> {},
                generator -> generator.generateCertification(Forge.USER, primary.getPublicKey()));
        assertThat(refusal(new Forge(primary).user().add(foreign), primary)).contains("has no user ID");
    }

    @Test
    void aRevokedUserIdDoesNotCountUntilItIsCertifiedAnew() throws Exception {
        Forge forge = new Forge(primary).user(BORN);
        forge.add(forge.onUser(PGPSignature.CERTIFICATION_REVOCATION, LATER, HashAlgorithmTags.SHA512, said -> {}));

        assertThat(refusal(forge, primary)).contains("has no user ID");

        forge.add(forge.onUser(
                PGPSignature.POSITIVE_CERTIFICATION, LATER.plusSeconds(1), HashAlgorithmTags.SHA512, said -> {}));
        assertThat(refusal(forge, primary)).isEmpty();
    }

    @Test
    void theNewestCertificationSaysWhenAKeyExpires() throws Exception {
        Forge forge = new Forge(primary)
                .user(
                        BORN,
                        HashAlgorithmTags.SHA512,
                        said -> said.setKeyExpirationTime(Duration.ofDays(40).toSeconds()));

        assertThat(refusal(forge, primary)).endsWith(" expired at 2024-02-10T00:00:00Z");

        forge.add(forge.onUser(
                PGPSignature.POSITIVE_CERTIFICATION,
                LATER,
                HashAlgorithmTags.SHA512,
                said -> said.setKeyExpirationTime(Duration.ofDays(90).toSeconds())));
        assertThat(refusal(forge, primary)).isEmpty();
    }

    @Test
    void whatAKeySaysOfItselfDirectlyGoesBeforeItsUserIds() throws Exception {
        Forge forge = new Forge(primary);
        forge.add(forge.onKey(
                        PGPSignature.DIRECT_KEY,
                        BORN,
                        said -> said.setKeyExpirationTime(Duration.ofDays(10).toSeconds())))
                .user(LATER);

        assertThat(refusal(forge, primary)).endsWith(" expired at 2024-01-11T00:00:00Z");
    }

    @Test
    void aKeyThatIsMeantForOtherThingsDoesNotSign() throws Exception {
        Forge forge = new Forge(primary)
                .user(BORN, HashAlgorithmTags.SHA512, said -> said.setKeyFlags(true, KeyFlags.CERTIFY_OTHER));

        assertThat(refusal(forge, primary)).endsWith("is not meant for signing data");
    }

    @Test
    void sha1IsGoodForOldCertificationsOnly() throws Exception {
        Instant old = Instant.parse("2015-01-01T00:00:00Z");
        PGPKeyPair key = Forge.ed25519(old);

        assertThat(refusal(new Forge(key).user(old, HashAlgorithmTags.SHA1, said -> {}), key))
                .isEmpty();
        assertThat(refusal(new Forge(key).user(BORN, HashAlgorithmTags.SHA1, said -> {}), key))
                .contains("has no user ID");
        assertThat(refusal(new Forge(key).user(old, HashAlgorithmTags.MD5, said -> {}), key))
                .contains("has no user ID");
    }

    @Test
    void aSubkeyCountsThatBothKeysBound() throws Exception {
        assertThat(refusal(bound(true), subkey)).isEmpty();
        assertThat(refusal(bound(true), primary)).isEmpty();
    }

    @Test
    void aSubkeyThatDoesNotSayItselfWhoseItIsDoesNotCount() throws Exception {
        assertThat(refusal(bound(false), subkey)).contains("does not say itself that it belongs to");
        Forge forge = new Forge(primary).user(BORN).subkey(subkey);
        PGPSignature wrong = forge.onSubkey(PGPSignature.PRIMARYKEY_BINDING, primary, subkey, BORN, said -> {});
        forge.add(forge.onSubkey(PGPSignature.SUBKEY_BINDING, primary, subkey, BORN, said -> {
            said.setKeyFlags(true, KeyFlags.SIGN_DATA);
            embed(said, wrong);
        }));
        assertThat(refusal(forge, subkey)).contains("(its primary key binding is missing or wrong)");
    }

    @Test
    void aSubkeyThatThePrimaryKeyDidNotBindDoesNotCount() throws Exception {
        Forge forge = new Forge(primary).user(BORN).subkey(subkey);

        assertThat(refusal(forge, subkey)).contains("is no subkey of");

        PGPKeyPair other = Forge.ed25519(BORN);
        forge.add(forge.onSubkey(PGPSignature.SUBKEY_BINDING, other, subkey, BORN, said -> {}));
        assertThat(refusal(forge, subkey)).contains("is no subkey of");
    }

    @Test
    void aRevokedOrExpiredPrimaryKeyTakesItsSubkeysAlong() throws Exception {
        Forge forge = bound(true);
        forge.add(forge.onSubkey(PGPSignature.SUBKEY_REVOCATION, primary, subkey, LATER, said -> {}));

        assertThat(refusal(forge, subkey)).endsWith(VerificationKey.name(subkey.getPublicKey()) + " was revoked");
        assertThat(refusal(forge, primary)).isEmpty();

        Forge revoked = new Forge(primary);
        revoked.add(revoked.onKey(
                PGPSignature.KEY_REVOCATION, LATER, said -> said.setRevocationReason(false, (byte) 3, "old")));
        String reason = refusal(bind(revoked.user(BORN), true), subkey);
        assertThat(reason)
                .endsWith(VerificationKey.name(primary.getPublicKey()) + " was revoked when it was taken out of use");

        Forge expired = new Forge(primary)
                .user(
                        BORN,
                        HashAlgorithmTags.SHA512,
                        said -> said.setKeyExpirationTime(Duration.ofDays(20).toSeconds()));
        assertThat(refusal(bind(expired, true), subkey)).endsWith("expired at 2024-01-21T00:00:00Z");
    }

    @Test
    void aRevocationCountsInWhicheverCopyOfAKeyItIs() throws Exception {
        byte[] before = bound(true).bytes();
        Forge forge = new Forge(primary);
        forge.add(forge.onKey(PGPSignature.KEY_REVOCATION, LATER, said -> {})).user(BORN);
        Forge subkeyAlone = bound(true);
        subkeyAlone.add(subkeyAlone.onSubkey(PGPSignature.SUBKEY_REVOCATION, primary, subkey, LATER, said -> {}));

        for (byte[] revoked : List.of(forge.bytes(), subkeyAlone.bytes())) {
            assertThat(refusal(before, subkey)).isEmpty();
            assertThat(refusal(concatenated(before, revoked), subkey)).endsWith(" was revoked");
            assertThat(refusal(concatenated(revoked, before), subkey)).endsWith(" was revoked");
        }
        assertThat(refusal(concatenated(forge.bytes(), before), primary)).endsWith(" was revoked");
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @Test
    void aRevocationByAnotherKeyMeansNothing() throws Exception {
        PGPKeyPair other = Forge.ed25519(BORN);
        PGPSignature foreign = Forge.signature(
                PGPSignature.KEY_REVOCATION,
                other,
                LATER,
                HashAlgorithmTags.SHA512,
                said -> {},
                generator -> generator.generateCertification(primary.getPublicKey()));

        assertThat(refusal(new Forge(primary).add(foreign).user(BORN), primary)).isEmpty();
    }

    private Forge bound(boolean itself) throws PGPException, IOException {
        return bind(new Forge(primary).user(BORN), itself);
    }

    private Forge bind(Forge forge, boolean itself) throws PGPException, IOException {
        PGPSignature back = forge.onSubkey(PGPSignature.PRIMARYKEY_BINDING, subkey, subkey, BORN, said -> {});
        return forge.subkey(subkey).add(forge.onSubkey(PGPSignature.SUBKEY_BINDING, primary, subkey, BORN, said -> {
            said.setKeyFlags(true, KeyFlags.SIGN_DATA);
            if (itself) {
                embed(said, back);
            }
        }));
    }

    private static void embed(PGPSignatureSubpacketGenerator said, PGPSignature signature) {
        try {
            said.addEmbeddedSignature(true, signature);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Why a signature of the key is refused; empty when it is good. */
    private static String refusal(Forge forge, PGPKeyPair key) throws Exception {
        return refusal(forge.bytes(), key);
    }

    private static String refusal(byte[] ring, PGPKeyPair key) throws Exception {
        OpenPgpKeyring keyring = OpenPgpKeyring.of("ring", ring, InstantSource.fixed(NOW));
        try {
            keyring.check(DATA, Forge.data(key, NOW, said -> {}, DATA));
            return "";
        } catch (PullException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
