package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.openpgp.OpenPgpKeyring;
import org.pullboot.openpgp.OpenPgpSigner;

final class KeysOpenPgpCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theKeyringTakesWhatTheKeySigns() throws IOException {
        Path keys = directory.resolve("keys");

        assertThat(execute("keys", "openpgp", keys.toString(), "--user-id", "Images", "--days", "10"))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly(keys + "/openpgp.key", keys + "/openpgp.asc", keys + "/import-pubring.pgp");
        byte[] list = "list".getBytes(StandardCharsets.UTF_8);
        OpenPgpSigner signer = OpenPgpSigner.read(keys.resolve("openpgp.key"), what -> new char[0]);
        OpenPgpKeyring.read(List.of(keys.resolve("import-pubring.pgp"))).check(list, signer.sign(list));
        assertThat(execute("keys", "openpgp", keys.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("error: ").contains(keys + "/openpgp.key");
    }

    @Test
    void aPassphraseEncryptsTheSecretKey() throws IOException {
        Path keys = directory.resolve("keys");
        Path secret = Files.writeString(directory.resolve("passphrase"), "secret\n");

        assertThat(execute("keys", "openpgp", keys.toString(), "--passphrase-file", secret.toString()))
                .isZero();
        assertThat(OpenPgpSigner.read(keys.resolve("openpgp.key"), what -> "secret".toCharArray())
                        .fingerprint())
                .hasSize(40);

        Path wrong = Files.writeString(directory.resolve("wrong"), "wrong\n");
        assertThat(execute(
                        "serve",
                        directory.toString(),
                        "--sign-key",
                        keys.resolve("openpgp.key").toString(),
                        "--passphrase-file",
                        wrong.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("openpgp.key does not open: the passphrase is wrong");
    }

    @Test
    void wrongUsageSaysWhatIsExpected() throws IOException {
        String keys = directory.resolve("keys").toString();
        Path empty = Files.writeString(directory.resolve("empty"), "\n");

        assertThat(execute("keys", "openpgp", keys, "--days", "0")).isEqualTo(2);
        assertThat(execute("keys", "openpgp", keys, "--user-id", "")).isEqualTo(2);
        assertThat(execute("keys", "openpgp", keys, "--encrypt", "--passphrase-file", empty.toString()))
                .isEqualTo(2);

        assertThat(err.toString().lines())
                .anyMatch(line -> line.contains("a key is valid for 1 second to"))
                .anyMatch(line -> line.contains("a key's user ID is one line of 1 to 255 characters"))
                .anyMatch(line -> line.contains("the passphrase is empty, which encrypts nothing"));
        assertThat(directory.resolve("keys")).doesNotExist();
    }

    private int execute(String... args) {
        return Pullboot.commandLine(args)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
