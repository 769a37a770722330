package org.pullboot.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;
import org.pullboot.pull.PullException;

/**
 * Compares with the gpg of Debian sid, called as systemd-pull calls it: what it takes and what we take, in a table with every
 * difference; and what we sign.
 */
final class GpgIT {
    private static final String GOOD = "good";
    private static final String BAD = "bad";

    private static final List<Case> CASES = List.of(
            new Case("rsa2048", GOOD, ""),
            new Case("rsa3072", GOOD, ""),
            new Case("ed25519", GOOD, ""),
            new Case("nistp256", GOOD, ""),
            new Case("nistp384", GOOD, ""),
            new Case("nistp521", GOOD, ""),
            new Case("subkey", GOOD, ""),
            new Case("locked", "ed25519", BAD, "the keyring .* does not have the key that made it \\([0-9A-F]{40}\\)"),
            new Case("ed25519", "armored", GOOD, ""),
            new Case("ed25519", "text", GOOD, ""),
            new Case("ed25519", "both", BAD, ""),
            new Case("other", "both", BAD, ""),
            new Case("all", "both", GOOD, ""),
            new Case("all", "subkey", GOOD, ""),
            new Case("rsa3072", "SHA224", GOOD, ""),
            new Case("rsa3072", "SHA384", GOOD, ""),
            // gpg, as systemd calls it, takes what follows.
            new Case("rsa3072", "SHA1", GOOD, "its hash is SHA-1, .*"),
            new Case("rsa3072", "RIPEMD160", GOOD, "its hash is RIPEMD-160, .*"),
            new Case("rsa1024", GOOD, "the key [0-9A-F]{40} is an RSA key of 1024 bits, .*"),
            new Case("dsa2048", GOOD, "the key [0-9A-F]{40} is a DSA key, .*"),
            new Case("brainpoolP256r1", GOOD, "the key [0-9A-F]{40} is on another curve .*"),
            new Case("ed448", GOOD, "the keyring .* holds no key that is known here.*"),
            new Case("expired", GOOD, "the key [0-9A-F]{40} expired at 2020-12-31T00:00:00Z"),
            new Case("revoked", GOOD, "the key [0-9A-F]{40} was revoked"),
            new Case("revokedsub", GOOD, "the key [0-9A-F]{40} was revoked since it is in wrong hands"),
            new Case("old", "future", GOOD, "the key [0-9A-F]{40} made it at 2099-01-01T.*, which is still to come.*"),
            // And this it does not either.
            new Case("old", BAD, "what the key [0-9A-F]{40} signed expired at 2020-01-08T.*"));

    private static DebianTools tools;
    private static Path work;

    /**
     * A signature to be checked.
     *
     * @param reason what we say, a regular expression; empty when it is good
     */
    private record Case(String keyring, String signature, String gpg, String reason) {
        Case(String name, String gpg, String reason) {
            this(name, name, gpg, reason);
        }

        String line() {
            return signature + ".sig " + keyring + ".pgp SHA256SUMS";
        }
    }

    @BeforeAll
    static void makeKeysAndSignatures() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory("openpgp");
        Files.write(work.resolve("gpg-keys.sh"), Rfc9580Test.sample("gpg-keys.sh"));
        List<String> lines = CASES.stream()
                .map(Case::line)
                .flatMap(line -> Stream.of(line, line.replace("SHA256SUMS", "changed")))
                .toList();
        Files.write(work.resolve("cases"), lines);
        DebianTools.Ending made = tools.attempt("bash", tools.inside(work) + "/gpg-keys.sh", tools.inside(work));
        assertThat(made.status())
                .as(made.output() + Files.readString(work.resolve("log")))
                .isZero();
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void weTakeWhatGpgTakesButForWhatIsListed() throws IOException {
        Set<String> verdicts = new HashSet<>(Files.readAllLines(work.resolve("verdicts")));
        for (Case one : CASES) {
            assertThat(verdicts).contains(one.line() + " " + one.gpg);
            assertThat(verdicts).contains(one.line().replace("SHA256SUMS", "changed") + " bad");
            assertThat(refusal(one, "SHA256SUMS")).as(one.line()).matches(one.reason);
            assertThat(refusal(one, "changed")).as(one.line()).isNotEmpty();
        }
    }

    private static String refusal(Case one, String signed) throws IOException {
        try {
            OpenPgpKeyring keyring = OpenPgpKeyring.read(List.of(work.resolve(one.keyring + ".pgp")));
            keyring.check(bytes(signed), bytes(one.signature + ".sig"));
            return "";
        } catch (PullException | OpenPgpException e) {
            return String.valueOf(e.getMessage()).replaceFirst("^the signature is refused: ", "");
        }
    }

    @Test
    void signedTextsAndMessagesAreOpened() throws IOException {
        OpenPgpKeyring keyring = OpenPgpKeyring.read(List.of(work.resolve("ed25519.pgp")));
        byte[] list = bytes("SHA256SUMS");

        for (String name : List.of("none", "zip", "zlib", "bzip2", "clear")) {
            keyring.check(list, bytes(name + ".sig"));
            assertThatThrownBy(() -> keyring.check(bytes("changed"), bytes(name + ".sig")))
                    .isInstanceOf(PullException.class)
                    .hasMessage("the signature is refused: it is about another text than this");
            if (!name.equals("clear")) {
                assertThat(keyring.open(bytes(name + ".sig"))).as(name).isEqualTo(list);
            }
        }
        assertThat(keyring.open(bytes("clear.sig")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(Files.readString(work.resolve("SHA256SUMS")).replace("  \n", "\n"));
    }

    @Test
    void keyringsAreReadInEveryForm() throws IOException {
        for (String form : List.of("all.pgp", "all.asc", "all.kbx")) {
            OpenPgpKeyring.read(List.of(work.resolve("none"), work.resolve(form)))
                    .check(bytes("SHA256SUMS"), bytes("nistp521.sig"));
        }
        assertThatThrownBy(() -> OpenPgpKeyring.read(List.of(work.resolve("rsa3072.key"))))
                .hasMessageEndingWith("it holds a secret key, and public ones are wanted");
    }

    @Test
    void gpgTakesWhatWeSignWithItsKeysAndOurs() throws IOException, InterruptedException {
        Path ours = work.resolve("ours");
        OpenPgpKeyPair.Request request = new OpenPgpKeyPair.Request(
                "Images <images@example.org>", Instant.now(), Optional.of(Duration.ofDays(100)));
        OpenPgpKeyPair.generate(ours, request, new char[0]);
        Path locked = work.resolve("ours-locked");
        OpenPgpKeyPair.generate(locked, request, "secret".toCharArray());
        byte[] list = bytes("SHA256SUMS");

        List<String> checks =
                new ArrayList<>(List.of("set -e; cd " + tools.inside(work) + "; export GNUPGHOME=$PWD/home"));
        List<String> keys = List.of("rsa3072.key", "locked.key", "ours/openpgp.key", "ours-locked/openpgp.key");
        List<String> rings =
                List.of("rsa3072.pgp", "locked.pgp", "ours/import-pubring.pgp", "ours-locked/import-pubring.pgp");
        for (int i = 0; i < keys.size(); i++) {
            OpenPgpSigner signer = OpenPgpSigner.read(work.resolve(keys.get(i)), what -> "secret".toCharArray());
            byte[] signature = signer.sign(list);
            Files.write(work.resolve("our" + i + ".gpg"), signature);
            Files.write(work.resolve("our" + i + ".asc"), OpenPgpSigner.armor(signature));
            OpenPgpKeyring.read(List.of(work.resolve(rings.get(i)))).check(list, signature);
            for (String form : List.of("gpg", "asc")) {
                checks.add("gpg --batch -q --trust-model=always --no-default-keyring --keyring=$PWD/" + rings.get(i)
                        + " --verify our" + i + "." + form + " SHA256SUMS");
            }
        }
        checks.add("gpg --batch -q --show-keys ours/openpgp.asc");
        checks.add("gpg --batch -q --pinentry-mode loopback --passphrase secret --import ours-locked/openpgp.key");
        checks.add(
                "gpg --batch -q --pinentry-mode loopback --passphrase secret -u images@example.org -o back.sig -b SHA256SUMS");
        checks.add("gpgconf --kill all");
        DebianTools.Ending ending = tools.attempt("sh", "-c", String.join("\n", checks));

        assertThat(ending.status()).as(ending.output()).isZero();
        assertThat(ending.output()).contains("ed25519 ", "[SC] [expires: ", "Images <images@example.org>");
        OpenPgpKeyring.read(List.of(locked.resolve(OpenPgpKeyPair.PUBLIC))).check(list, bytes("back.sig"));
        assertThatThrownBy(() -> OpenPgpSigner.read(work.resolve("locked.key"), what -> "wrong".toCharArray()))
                .isInstanceOf(OpenPgpException.class)
                .hasMessageContaining("locked.key does not open: the passphrase is wrong or the file is damaged");
    }

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(work.resolve(name));
    }
}
