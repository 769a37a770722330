package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PcrSignaturesTest {
    private static final Set<PcrBank> BANKS = Set.of(PcrBank.SHA256);

    private static SigningKey key;
    private static SigningKey other;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeKeys() throws KeyException {
        key = SelfSigned.generate("one", 2048, Instant.EPOCH, Duration.ofDays(1));
        other = SelfSigned.generate("other", 2048, Instant.EPOCH, Duration.ofDays(1));
    }

    @Test
    void whatIsSignedHoldsForThatImageAlone() throws IOException {
        Path signed = build("signed.efi", "quiet", group(key, "enter-initrd"), group(other, "enter-initrd:mine"));
        Path changed = directory.resolve("changed.efi");
        byte[] bytes = Files.readAllBytes(signed);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("quiet");
        bytes[at] = 'Q';
        Files.write(changed, bytes);

        assertThat(new PcrSignatureVerifier(key.publicKey(), List.of()).verify(signed))
                .containsExactly(
                        new PcrSignatureVerifier.Policy(0, PcrBank.SHA256, PhasePath.INITRD, Optional.of("mine")));
        assertThatThrownBy(() -> new PcrSignatureVerifier(key.publicKey(), List.of()).verify(changed))
                .isInstanceOf(PeException.class)
                .hasMessageStartingWith(changed + ": the sha256 policy")
                .hasMessageContaining("about another image");
        assertThatThrownBy(() -> new PcrSignatureVerifier(other.publicKey(), List.of()).verify(signed))
                .hasMessageContaining("a phase that was not named");
        assertThat(new PcrSignatureVerifier(other.publicKey(), List.of(PhasePath.of("enter-initrd:mine")))
                        .verify(signed))
                .hasSize(1);
    }

    @Test
    void signaturesByOthersDoNotHold() throws IOException {
        Path signed = build("signed.efi", "quiet", group(key, "enter-initrd"));
        assertThatThrownBy(() -> new PcrSignatureVerifier(other.publicKey(), List.of()).verify(signed))
                .isInstanceOf(PeException.class)
                .hasMessageContaining(
                        "no PCR signature of profile 0 is by the key " + PolicyGroup.fingerprint(other.publicKey()))
                .hasMessageContaining("but by " + PolicyGroup.fingerprint(key.publicKey()));

        Path waiting = build("waiting.efi", "quiet", offline(other));
        assertThatThrownBy(() -> new PcrSignatureVerifier(other.publicKey(), List.of()).verify(waiting))
                .hasMessageContaining("is not signed yet");
    }

    @Test
    void signaturesThatWereMadeElsewhereAreJoined() throws IOException {
        Path image = build("waiting.efi", "quiet", offline(key));
        PcrSignatures signed = new PcrPolicySigner(List.of(group(key, "enter-initrd")), BANKS)
                .signatures(UkiMeasurement.profile(image, 0));
        PcrSignatures foreign = new PcrPolicySigner(List.of(group(other, "enter-initrd")), BANKS)
                .signatures(UkiMeasurement.profile(image, 0));

        assertThatThrownBy(() -> PcrSignatureFile.join(image, foreign, image))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("none of the signatures is for one of its policies");
        PcrSignatureFile.join(image, signed, image);
        assertThat(new PcrSignatureVerifier(key.publicKey(), List.of()).verify(image))
                .hasSize(1);
        assertThat(PcrSignatureFile.read(image).of(PcrBank.SHA256).getFirst().signature())
                .isEqualTo(signed.of(PcrBank.SHA256).getFirst().signature());
    }

    @Test
    void whatIsNoListOfSignaturesIsRefused() {
        for (String text : List.of(
                "",
                "[]",
                "{",
                "{\"sha256\":1}",
                "{\"sha256\":[1]}",
                "{\"sha256\":[{\"pcrs\":[11]}]}",
                "{\"sha256\":[{\"pcrs\":[11.5],\"pol\":\"00\"}]}",
                "{\"sha256\":[{\"pcrs\":[11],\"pol\":7}]}")) {
            assertThatThrownBy(() -> PcrSignatures.parse(text)).as(text).isInstanceOf(PeException.class);
        }
    }

    @Test
    void nulsBehindTheSectionDoNotCount() throws PeException {
        assertThat(PcrSignatures.parse("{\"sha256\": []}   \0\0").toJson()).isEqualTo("{\"sha256\":[]}");
    }

    private Path build(String name, String commandLine, PolicyGroup... groups) throws IOException {
        Path stub = Files.write(directory.resolve("stub"), PeFixture.stub().bytes());
        Path kernel =
                Files.write(directory.resolve("kernel"), PeFixture.kernel().bytes());
        Path image = directory.resolve(name);
        new UkiBuilder(stub, kernel)
                .commandLine(commandLine)
                .signPcrs(new PcrPolicySigner(List.of(groups), BANKS))
                .build(image);
        return image;
    }

    private static PolicyGroup group(SigningKey with, String phase) {
        return PolicyGroup.signing(with, List.of(PhasePath.of(phase)), Optional.of("mine"));
    }

    private static PolicyGroup offline(SigningKey with) {
        return PolicyGroup.offline(Optional.of(with.publicKey()), List.of(PhasePath.INITRD), Optional.of("mine"));
    }
}
