package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;

/** Servers that are trusted, and those that are not: the same ones as curl trusts. */
final class ServerTrustIT {
    private static final String PASSWORD = "password";
    private static final int CURL_NOT_TRUSTED = 60;
    private static final int CURL_WRONG_PIN = 90;

    @TempDir
    private static Path directory;

    private static Path authority;
    private static String pin;

    @BeforeAll
    static void makeKeys() throws Exception {
        run("bash", "-c", """
                set -eu
                cd "$1"
                touch index
                echo 01 >serial
                printf '%s\\n' '[ca]' default_ca=d '[d]' database=index serial=serial new_certs_dir=. default_md=sha256 \\
                    policy=p unique_subject=no '[p]' commonName=supplied >ca.cnf
                new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" "${@:2}"; }
                store() { openssl pkcs12 -export -inkey "$1.key" -in "$1.pem" -name "$1" -passout pass:password -out "$1.p12"; }
                signed() {
                    new "$1" -out "$1.csr"
                    echo "subjectAltName=IP:$2" >ext
                    openssl ca -batch -notext -config ca.cnf -cert authority.pem -keyfile authority.key -extfile ext \\
                        -startdate "$3" -enddate "$4" -in "$1.csr" -out "$1.pem"
                    store "$1"
                }
                new authority -x509 -days 3650 -out authority.pem
                new foreign -x509 -days 3650 -addext subjectAltName=IP:127.0.0.1 -out foreign.pem
                store foreign
                signed good 127.0.0.1 20250101000000Z 20980101000000Z
                signed elsewhere 127.0.0.2 20250101000000Z 20980101000000Z
                signed early 127.0.0.1 20970101000000Z 20980101000000Z
                signed late 127.0.0.1 20240101000000Z 20250101000000Z
                """, "bash", directory.toString());
        authority = directory.resolve("authority.pem");
        pin = pin("good");
    }

    private static KeyStore keys(String alias) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(alias + ".p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pin(String alias) throws Exception {
        byte[] key = keys(alias).getCertificate(alias).getPublicKey().getEncoded();
        String digest = Sha256.of(Sha256.digester().digest(key)).hex();
        return "sha256//" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest));
    }

    @Test
    void whomTheAuthorityVouchesForIsTrusted() throws Exception {
        try (TlsServer server = server("good")) {
            assertThat(fetch(server, List.of())).isEqualTo("content");
            assertThat(curl(server, "")).isZero();
        }
    }

    @Test
    void onePinnedKeyOfSeveralIsEnough() throws Exception {
        String several = pin("foreign") + ";" + pin;
        try (TlsServer server = server("good")) {
            assertThat(fetch(server, List.of(several))).isEqualTo("content");
            assertThat(fetch(server, List.of(pin("foreign"), pin))).isEqualTo("content");
            assertThat(curl(server, several)).isZero();
        }
    }

    @Test
    void anotherKeyThanThePinnedOneIsRefusedAndNamed() throws Exception {
        try (TlsServer server = server("good")) {
            assertRefused(
                    server, List.of(pin("foreign")), "its key is " + pin + ", which is not the one that is pinned");
            assertThat(curl(server, pin("foreign"))).isEqualTo(CURL_WRONG_PIN);
        }
    }

    @Test
    void aPinDoesNotReplaceTheAuthority() throws Exception {
        try (TlsServer server = server("foreign")) {
            assertRefused(
                    server,
                    List.of(pin("foreign")),
                    "the authorities in " + authority + " do not vouch for its certificate");
            assertThat(curl(server, pin("foreign"))).isEqualTo(CURL_NOT_TRUSTED);
        }
    }

    @Test
    void aClockThatIsBehindIsNamed() throws Exception {
        try (TlsServer server = server("early")) {
            assertRefused(server, List.of(), "its certificate is not valid yet (NotBefore: ");
            assertRefused(server, List.of(), ", and this machine's clock says 20");
            assertThat(curl(server, "")).isEqualTo(CURL_NOT_TRUSTED);
        }
    }

    @Test
    void anExpiredCertificateIsNamed() throws Exception {
        try (TlsServer server = server("late")) {
            assertRefused(server, List.of(), "its certificate has expired (NotAfter: ");
            assertThat(curl(server, "")).isEqualTo(CURL_NOT_TRUSTED);
        }
    }

    @Test
    void aCertificateForAnotherServerIsRefused() throws Exception {
        try (TlsServer server = server("elsewhere")) {
            assertRefused(server, List.of(), "No subject alternative names matching IP address 127.0.0.1 found");
            assertThat(curl(server, "")).isEqualTo(CURL_NOT_TRUSTED);
        }
    }

    @Test
    void theUsualAuthoritiesDoNotKnowOurs() throws Exception {
        try (TlsServer server = server("good")) {
            Puller puller = new Puller(PullOptions.defaults("1"));
            assertThatThrownBy(() -> puller.fetch(server.url(), 100))
                    .isInstanceOf(PullException.class)
                    .hasMessageContaining("the authorities that Java knows do not vouch for its certificate");
        }
    }

    @Test
    void aRedirectDoesNotLeadAwayFromTls() throws Exception {
        try (TlsServer server = new TlsServer(
                keys("good"), PASSWORD.toCharArray(), "302 Found\r\nLocation: http://127.0.0.1:1/file", "")) {
            assertRefused(server, List.of(), "redirects from https to 'http://127.0.0.1:1/file'");
        }
    }

    @Test
    void aFileWithoutCertificatesIsAnError() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        Path other = Files.writeString(directory.resolve("other.pem"), "no certificate\n");

        assertThatThrownBy(() -> ServerTrust.read(empty, List.of()))
                .hasMessage(empty + " holds no certificate: expected some in PEM");
        assertThatThrownBy(() -> ServerTrust.read(other, List.of()))
                .hasMessageContaining("cannot be read as certificates in PEM");
        assertThatThrownBy(() -> ServerTrust.read(directory.resolve("none.pem"), List.of()))
                .isInstanceOf(PullException.class);
    }

    @Test
    void whatIsNoPinIsAnError() {
        for (String text : List.of("", "sha256//", "sha256//YWJj", "md5//YWJj", pin + ";", pin + "!")) {
            assertThatThrownBy(() -> ServerTrust.read(null, List.of(text)))
                    .as(text)
                    .isInstanceOf(PullException.class)
                    .hasMessageContaining("pins no key: expected sha256//");
        }
    }

    private static TlsServer server(String alias) throws Exception {
        return new TlsServer(keys(alias), PASSWORD.toCharArray(), "200 OK", "content");
    }

    private static String fetch(TlsServer server, List<String> pins) throws PullException {
        Puller puller = new Puller(PullOptions.defaults("1"), ServerTrust.read(authority, pins));
        return new String(puller.fetch(server.url(), 100).orElseThrow(), StandardCharsets.US_ASCII);
    }

    private static void assertRefused(TlsServer server, List<String> pins, String sentence) {
        assertThatThrownBy(() -> fetch(server, pins))
                .isInstanceOf(PullException.class)
                .hasMessageContaining(sentence);
    }

    private static int curl(TlsServer server, String pins) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("curl", "--silent", "--noproxy", "*", "--cacert", authority.toString(), server.url()));
        if (!pins.isEmpty()) {
            command.addAll(List.of("--pinnedpubkey", pins));
        }
        return run(command.toArray(String[]::new));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0 && command[0].equals("bash")) {
            throw new AssertionError(output);
        }
        return status;
    }
}
