package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.openpgp.OpenPgpKeyPair;
import org.pullboot.openpgp.OpenPgpKeyring;
import org.pullboot.openpgp.OpenPgpSigner;

/** Each checksum list has a signature over exactly its bytes, whoever asks, and whenever it was published. */
final class SignedListsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<ServeEvent> events = new CopyOnWriteArrayList<>();
    private @Nullable BootService service;

    @BeforeEach
    void makeImagesAndKey() throws IOException {
        for (String source : List.of("one", "two")) {
            Path output = Files.createDirectory(directory.resolve(source));
            Files.write(output.resolve(source + ".efi"), TestFiles.uki(1));
            Files.write(output.resolve(source + ".raw"), TestFiles.disk(1));
        }
        OpenPgpKeyPair.generate(
                directory.resolve("keys"),
                new OpenPgpKeyPair.Request("Images", Instant.now(), Optional.empty()),
                new char[0]);
    }

    @AfterEach
    void stop() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void everyListIsSignedInBothForms() throws IOException {
        start(true, "one", "two");

        for (String list : List.of("/SHA256SUMS", "/one.raw.sha256", "/two.efi.sha256")) {
            assertSigned(list);
        }
        RawClient.Response signature = get("/SHA256SUMS.gpg");
        assertThat(signature.header("content-type")).isEqualTo("application/pgp-signature");
        assertThat(signature.header("etag")).startsWith("\"sha256-");
        assertThat(get("/none.sha256.asc").status()).isEqualTo(404);
        assertThat(get("/one.raw.gpg").status()).isEqualTo(404);
        assertThat(get("/.gpg").status()).isEqualTo(404);
    }

    @Test
    void withoutAKeyThereAreNoSignatures() throws IOException {
        start(false, "one");

        assertThat(get("/SHA256SUMS").status()).isEqualTo(200);
        assertThat(get("/SHA256SUMS.gpg").status()).isEqualTo(404);
        assertThat(get("/one.raw.sha256.asc").status()).isEqualTo(404);
    }

    @Test
    void anOlderGenerationStaysSignedThroughARebuildAndARestart() throws IOException {
        start(true, "one", "two");
        String before = newest("one");
        Path next = Files.write(directory.resolve("new.raw"), TestFiles.disk(2));
        Files.move(next, directory.resolve("one").resolve("one.raw"), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(PATIENCE).until(() -> !newest("one").equals(before));

        assertSigned("/SHA256SUMS");
        assertSigned("/.pullboot/v1/g/" + before + "/SHA256SUMS");
        assertSigned("/.pullboot/v1/g/" + before + "/one.raw.sha256");
        assertSigned("/.pullboot/v1/g/" + newest("one") + "/one.raw.sha256");

        stop();
        start(true, "one", "two");
        assertSigned("/SHA256SUMS");
        assertSigned("/.pullboot/v1/g/" + before + "/one.raw.sha256");
    }

    @Test
    void aBootThatBeganBeforeARebuildSeesItsOwnListSigned() throws IOException {
        start(true, "one", "two");
        String before = newest("one");
        assertThat(get("/one.efi", "User-Agent: UefiHttpBoot/1.0").status()).isEqualTo(200);
        byte[] list = get("/SHA256SUMS").body();
        Path next = Files.write(directory.resolve("new.raw"), TestFiles.disk(2));
        Files.move(next, directory.resolve("one").resolve("one.raw"), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(PATIENCE).until(() -> !newest("one").equals(before));

        assertThat(get("/SHA256SUMS").body()).isEqualTo(list);
        assertSigned("/SHA256SUMS");
        assertSigned("/one.raw.sha256");
    }

    @Test
    void aListThatLiesBesideTheImagesIsSignedAsItIs() throws IOException {
        Path list = directory.resolve("one").resolve("SHA256SUMS");
        Files.writeString(list, "0000 *nothing\n");
        start(true, "one");

        assertThat(get("/SHA256SUMS").body()).asString(StandardCharsets.UTF_8).isEqualTo("0000 *nothing\n");
        assertSigned("/SHA256SUMS");

        stop();
        start(true, "one");
        assertSigned("/SHA256SUMS");
    }

    private void assertSigned(String list) throws IOException {
        RawClient.Response signed = get(list);
        assertThat(signed.status()).as(list).isEqualTo(200);
        OpenPgpKeyring keyring =
                OpenPgpKeyring.read(List.of(directory.resolve("keys").resolve(OpenPgpKeyPair.KEYRING)));
        for (String form : List.of(".gpg", ".asc")) {
            RawClient.Response signature = get(list + form);
            assertThat(signature.status()).as(list + form).isEqualTo(200);
            keyring.check(signed.body(), signature.body());
        }
    }

    private String newest(String source) {
        return events.stream()
                .filter(ServeEvent.Published.class::isInstance)
                .map(ServeEvent.Published.class::cast)
                .filter(published -> published.source().endsWith("/" + source))
                .map(ServeEvent.Published::generation)
                .reduce("", (earlier, later) -> later);
    }

    private void start(boolean signs, String... sources) throws IOException {
        List<Path> paths = List.of(sources).stream().map(directory::resolve).toList();
        ServeOptions options = ServeOptions.of(paths, directory.resolve("state"), directory.resolve("cache"))
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (signs) {
            options = options.listsSignedBy(
                    OpenPgpSigner.read(directory.resolve("keys").resolve(OpenPgpKeyPair.SECRET), what -> new char[0]));
        }
        service = BootService.start(options, events::add);
        // Events are told by a thread of their own.
        await().atMost(PATIENCE)
                .until(() -> List.of(sources).stream()
                        .noneMatch(source -> newest(source).isEmpty()));
    }

    private RawClient.Response get(String path, String... headers) throws IOException {
        if (service == null) {
            throw new IllegalStateException("not started");
        }
        String port = service.url().replaceAll(".*:([0-9]+)/.*", "$1");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        try (RawClient client = new RawClient(address)) {
            return client.get(path, headers);
        }
    }
}
