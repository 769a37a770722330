package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;
import org.pullboot.uefi.EfiGuid;

/** Compares with openssl, efitools and virt-firmware of Debian sid. */
final class KeyToolsIT {
    private static final String OWNER = "11111111-2222-3333-4444-555555555555";

    private static DebianTools tools;
    private static Path work;

    @BeforeAll
    static void findTools() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory("uki");
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void enrolmentFilesAreThoseOfEfitools() throws IOException, InterruptedException {
        Instant time = Instant.parse("2026-07-01T12:00:00Z");
        Path keys = work.resolve("keys");
        KeySet.generate(keys, new KeySet.Request("Test", 2048, time, Duration.ofDays(100), EfiGuid.parse(OWNER)));

        inTree("cd keys; for i in PK KEK db; do cert-to-efi-sig-list -g " + OWNER + " $i.crt $i.their.esl; done;"
                + " s() { TZ=UTC sign-efi-sig-list -t '2026-07-01 12:00:00' -k $1.key -c $1.crt $2 $2.esl $2.their.auth; };"
                + " { s PK PK; s PK KEK; s KEK db; } >/dev/null");
        for (String name : List.of("PK", "KEK", "db")) {
            assertThat(keys.resolve(name + ".esl")).hasSameBinaryContentAs(keys.resolve(name + ".their.esl"));
            assertThat(keys.resolve(name + ".auth")).hasSameBinaryContentAs(keys.resolve(name + ".their.auth"));
        }
    }

    @Test
    void keysInEveryFormOfOpensslAreRead() throws IOException, InterruptedException {
        inTree("exec 2>/dev/null; openssl genrsa -traditional -out pkcs1.pem 2048;"
                + " openssl rsa -in pkcs1.pem -pubout -out public.pem;"
                + " openssl req -x509 -key pkcs1.pem -subj /CN=x -out cert.pem;"
                + " openssl rsa -in pkcs1.pem -traditional -aes256 -passout pass:secret -out pkcs1-aes.pem;"
                + " openssl pkcs8 -topk8 -nocrypt -in pkcs1.pem -out pkcs8.pem;"
                + " openssl pkcs8 -topk8 -in pkcs1.pem -passout pass:secret -out pkcs8-aes.pem;"
                + " openssl pkcs8 -topk8 -scrypt -in pkcs1.pem -passout pass:secret -out pkcs8-scrypt.pem;"
                + " cat cert.pem pkcs8.pem >both.pem;"
                + " openssl pkcs12 -export -inkey pkcs1.pem -in cert.pem -passout pass:secret -out new.p12;"
                + " openssl pkcs12 -export -legacy -inkey pkcs1.pem -in cert.pem -passout pass:secret -out legacy.p12;"
                + " openssl x509 -in cert.pem -outform DER -out cert.der");
        PublicKey expected = KeyFiles.publicKey(work.resolve("public.pem"));
        KeyFiles right = new KeyFiles(what -> "secret".toCharArray());
        KeyFiles wrong = new KeyFiles(what -> "wrong".toCharArray());

        for (String name : List.of("pkcs1.pem", "pkcs8.pem", "both.pem")) {
            assertThat(wrong.privateKey(work.resolve(name)).publicKey())
                    .as(name)
                    .isEqualTo(expected);
        }
        for (String name : List.of("pkcs1-aes.pem", "pkcs8-aes.pem", "pkcs8-scrypt.pem", "new.p12", "legacy.p12")) {
            assertThat(right.privateKey(work.resolve(name)).publicKey())
                    .as(name)
                    .isEqualTo(expected);
            assertThatThrownBy(() -> wrong.privateKey(work.resolve(name)))
                    .as(name)
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining(name);
        }
        assertThat(right.privateKey(work.resolve("new.p12")).certificates())
                .isEqualTo(KeyFiles.certificates(work.resolve("cert.der")));
        assertThat(KeyFiles.publicKey(work.resolve("cert.pem"))).isEqualTo(expected);
        assertThat(Files.readString(work.resolve("public.pem"))).isEqualTo(KeyFiles.pem(expected));
        assertThatThrownBy(() -> right.privateKey(work.resolve("public.pem")))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("holds no private key");
        assertThatThrownBy(() -> KeyFiles.certificates(work.resolve("public.pem")))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("holds no X.509 certificate");
    }

    private static String inTree(String script) throws IOException, InterruptedException {
        return tools.run("sh", "-c", "cd " + tools.inside(work) + " && " + script);
    }
}
