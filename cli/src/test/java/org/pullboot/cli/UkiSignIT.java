package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that sign, one after the other as a person would use them, and a key in a token of SoftHSM. */
final class UkiSignIT {
    private static final String STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";

    @TempDir
    private static Path directory;

    private static Path keys;
    private static Path kernel;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void makeKeys() throws IOException {
        keys = directory.resolve("keys");
        assertThat(Pullboot.commandLine()
                        .setOut(new PrintWriter(new StringWriter()))
                        .execute("keys", "generate", keys.toString()))
                .isZero();
        // Any EFI program will do: nobody boots it.
        kernel = Files.copy(Path.of(STUB), directory.resolve("kernel"));
    }

    @Test
    void whatIsBuiltWithKeysIsVerified() {
        Path image = directory.resolve("image.efi");
        assertThat(build(
                        image,
                        "--secureboot-private-key",
                        keys + "/db.key",
                        "--secureboot-certificate",
                        keys + "/db.crt",
                        "--pcr-private-key",
                        keys + "/pcr.key",
                        "--pcr-banks",
                        "sha256",
                        "--sign-initrd-pcrs"))
                .as(err.toString())
                .isZero();

        assertThat(run(
                        "uki",
                        "verify",
                        image.toString(),
                        "--certificate",
                        keys + "/db.der",
                        "--pcr-public-key",
                        keys + "/pcr.pub"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("signed for Secure Boot by CN=Pullboot db")
                .contains("profile 0, sha256, phase enter-initrd:leave-initrd\n")
                .contains("phase enter-initrd, policy reference initrd\n");
        assertThat(run("uki", "verify", image.toString(), "--certificate", keys + "/KEK.crt"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith(
                        "error: " + image + ": it is signed by CN=Pullboot db, whom none of the given certificates");
    }

    @Test
    void policiesAreSignedElsewhereAndJoined() throws IOException {
        Path image = directory.resolve("waiting.efi");
        assertThat(build(image, "--policy-digest", "--pcr-public-key", keys + "/pcr.pub"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("\"tbs\":");
        assertThat(run(
                        "uki",
                        "sign",
                        image.toString(),
                        "--pcr-private-key",
                        keys + "/pcr.key",
                        "--output",
                        directory.resolve("joined.efi").toString()))
                .as(err.toString())
                .isZero();
        assertThat(run(
                        "uki",
                        "verify",
                        directory.resolve("joined.efi").toString(),
                        "--pcr-public-key",
                        keys + "/pcr.pub"))
                .as(err.toString())
                .isZero();
    }

    @Test
    void signaturesForNothingLeaveTheImageAlone() throws IOException {
        Path image = directory.resolve("left.efi");
        assertThat(build(image, "--policy-digest", "--pcr-banks", "sha256")).isZero();
        byte[] before = Files.readAllBytes(image);
        assertThat(run("uki", "sign", image.toString(), "--pcrsig", "{}", "--output", directory + "/none.efi"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("none of the signatures is for one of its policies");
        assertThat(image).hasBinaryContent(before);
        assertThat(directory.resolve("none.efi")).doesNotExist();
    }

    @Test
    void measuredAndLockedInTheFormatsOfSystemd() {
        Path image = directory.resolve("measured.efi");
        assertThat(build(image)).as(err.toString()).isZero();
        assertThat(run("uki", "measure", image.toString(), "--bank", "sha1", "--phase", ":", "--json"))
                .isZero();
        assertThat(out.toString()).matches("(?s).*\\{\"sha1\":\\[\\{\"pcr\":11,\"hash\":\"[0-9a-f]{40}\"}]}\n");
        assertThat(run("uki", "pcrlock", image.toString())).isZero();
        assertThat(out.toString()).contains("{\"records\":[{\"pcr\":4,\"digests\":[{\"hashAlg\":\"sha1\",");
    }

    @Test
    void wrongUsageIsSaid() {
        assertThat(run("uki", "sign", kernel.toString(), "--output", "x")).isEqualTo(2);
        assertThat(run("uki", "sign", kernel.toString(), "--pcrsig", "{}")).isEqualTo(2);
        assertThat(run("uki", "verify", kernel.toString())).isEqualTo(2);
        assertThat(run("uki", "pcrlock")).isEqualTo(2);
        assertThat(run("keys", "generate", keys.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("exists already");
    }

    @Test
    void aKeyInATokenSigns() throws IOException, InterruptedException {
        Path tokens = Files.createDirectories(directory.resolve("tokens"));
        Path softhsm = Files.writeString(directory.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\n");
        Path pin = Files.writeString(directory.resolve("pin"), "1234\n");
        Path configuration = Files.writeString(
                directory.resolve("pkcs11.conf"),
                "name = Test\nlibrary = /usr/lib/softhsm/libsofthsm2.so\nslotListIndex = 0\n");
        Path certificate = directory.resolve("token.crt");
        Path signed = directory.resolve("token.efi");
        process(
                softhsm,
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "t",
                "--pin",
                "1234",
                "--so-pin",
                "1234");
        keytool(
                softhsm,
                configuration,
                pin,
                "-genkeypair",
                "-alias",
                "db",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=token");
        keytool(softhsm, configuration, pin, "-exportcert", "-alias", "db", "-rfc", "-file", certificate.toString());

        process(
                softhsm,
                java("java"),
                "--class-path",
                System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
                "org.pullboot.cli.Pullboot",
                "uki",
                "sign",
                kernel.toString(),
                "--pkcs11",
                configuration.toString(),
                "--passphrase-file",
                pin.toString(),
                "--output",
                signed.toString());
        assertThat(run("uki", "verify", signed.toString(), "--certificate", certificate.toString()))
                .as(err.toString())
                .isZero();
    }

    private int build(Path image, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "uki",
                "build",
                "--stub",
                STUB,
                "--linux",
                kernel.toString(),
                "--cmdline",
                "quiet",
                "--os-release",
                "ID=x"));
        words.addAll(List.of("--uname", "6.1", "--hwids", "", "--output", image.toString()));
        words.addAll(List.of(options));
        return run(words.toArray(String[]::new));
    }

    private int run(String... words) {
        err.getBuffer().setLength(0);
        return Pullboot.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    private static void keytool(Path softhsm, Path configuration, Path pin, String... words)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(java("keytool")));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("-keystore", "NONE", "-storetype", "PKCS11", "-addprovider", "SunPKCS11"));
        all.addAll(List.of("-providerarg", configuration.toString(), "-storepass:file", pin.toString()));
        process(softhsm, all.toArray(String[]::new));
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static void process(Path softhsm, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", softhsm.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", words) + ": " + output)
                .isZero();
    }
}
