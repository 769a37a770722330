package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.openpgp.OpenPgpKeyPair;
import org.pullboot.openpgp.OpenPgpSigner;
import org.pullboot.serve.BootService;
import org.pullboot.serve.ServeOptions;

/** pull with verify=signature from serve --sign-key. */
final class SignedPullTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private BootService service;

    @BeforeEach
    void serve() throws IOException {
        Path images = Files.createDirectory(directory.resolve("images"));
        byte[] disk = new byte[100_000];
        new Random(1).nextBytes(disk);
        put(disk, 512, "EFI PART");
        Files.write(images.resolve("os.raw"), disk);
        byte[] uki = new byte[4096];
        put(uki, 0, "MZ");
        uki[0x3c] = 0x40;
        put(uki, 0x40, "PE\0\0");
        uki[0x46] = 1;
        put(uki, 0x58, ".linux");
        Files.write(images.resolve("os.efi"), uki);
        for (String name : List.of("keys", "others")) {
            OpenPgpKeyPair.generate(
                    directory.resolve(name),
                    new OpenPgpKeyPair.Request("Images", Instant.now(), Optional.empty()),
                    new char[0]);
        }
        ServeOptions options = ServeOptions.of(List.of(images), directory.resolve("state"), directory.resolve("cache"))
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .listsSignedBy(OpenPgpSigner.read(
                        directory.resolve("keys").resolve(OpenPgpKeyPair.SECRET), what -> new char[0]));
        service = BootService.start(options, event -> {});
    }

    private static void put(byte[] file, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, file, at, text.length());
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    @Test
    void anImageIsPulledWhoseListTheKeyringsKeySigned() throws IOException {
        assertThat(pull("keys/import-pubring.pgp")).as(err.toString()).isZero();

        assertThat(directory.resolve("installed").resolve("os.raw"))
                .hasSameBinaryContentAs(directory.resolve("images").resolve("os.raw"));
        assertThat(out.toString()).contains("\"verifiedBy\":\"signature\"");
    }

    @Test
    void anotherKeyringRefusesIt() {
        assertThat(pull("others/import-pubring.pgp")).isEqualTo(1);

        assertThat(err.toString())
                .startsWith("error: ")
                .contains("its checksum list os.raw.sha256 is not verified: the signature is refused: the keyring "
                        + directory.resolve("others/import-pubring.pgp")
                        + " does not have the key that made it");
        assertThat(directory.resolve("installed").resolve("os.raw")).doesNotExist();
    }

    @Test
    void withoutAKeyringNothingIsTransferred() {
        assertThat(pull("none.pgp")).isEqualTo(1);

        assertThat(err.toString()).startsWith("error: there is no keyring (" + directory.resolve("none.pgp") + "): ");
        assertThat(directory.resolve("installed")).doesNotExist();
    }

    private int pull(String keyring) {
        String url = service.url().substring(0, service.url().lastIndexOf('/')) + "/os.raw";
        String[] args = {
            "pull",
            "--json",
            "--image-root",
            directory.resolve("installed").toString(),
            "--keyring",
            directory.resolve(keyring).toString(),
            "raw,machine:os:" + url
        };
        return Pullboot.commandLine(args)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
