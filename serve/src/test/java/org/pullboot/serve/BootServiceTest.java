package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BootServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<ServeEvent> events = new CopyOnWriteArrayList<>();
    private Path output = Path.of("");

    private @Nullable BootService service;

    @BeforeEach
    void build() throws IOException {
        output = Files.createDirectory(directory.resolve("output"));
        Files.write(output.resolve("image.efi"), TestFiles.uki(1));
        Files.write(output.resolve("image.raw"), TestFiles.disk(1));
    }

    @AfterEach
    void stop() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void aDirectoryWithAUkiIsServedAsItIs() throws IOException {
        BootService started = start(output);

        assertThat(started.url()).matches("http://127\\.0\\.0\\.1:[0-9]+/image\\.efi");
        assertThat(get("/image.efi").body()).isEqualTo(TestFiles.uki(1));
        assertThat(get("/image.efi").header("content-type")).isEqualTo("application/efi");
        assertThat(get("/image.raw").body()).isEqualTo(TestFiles.disk(1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events)
                        .first()
                        .isInstanceOfSatisfying(ServeEvent.Listening.class, listening -> {
                            assertThat(listening.url()).isEqualTo(started.url());
                            assertThat(listening.directory()).endsWith(":" + listening.port() + "/");
                        }));
        await().atMost(PATIENCE)
                .until(() -> has(ServeEvent.Published.class, p -> p.names().size() == 2));
    }

    @Test
    void aRebuildIsPublishedAllAtOnce() throws IOException {
        start(output);
        replace("image.raw", TestFiles.disk(2));
        replace("image.efi", TestFiles.uki(2));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("/image.raw").body()).isEqualTo(TestFiles.disk(2)));
        assertThat(get("/image.efi").body()).isEqualTo(TestFiles.uki(2));
        await().atMost(PATIENCE).until(() -> count(ServeEvent.Published.class) == 2);
        assertThat(count(ServeEvent.Rebuilding.class)).isEqualTo(1);
    }

    @Test
    void aBrokenRebuildKeepsWhatWasThere() throws IOException {
        start(output);
        replace("image.efi", TestFiles.pe(".text", 2));
        replace("image.raw", new byte[0]);

        await().atMost(PATIENCE)
                .until(() -> has(ServeEvent.Problem.class, p -> p.message().contains("the one before it stays")));
        assertThat(get("/image.efi").body()).isEqualTo(TestFiles.uki(1));
        assertThat(get("/image.raw").body()).isEqualTo(TestFiles.disk(1));
    }

    @Test
    void aDirectoryThatIsEmptiedForARebuildKeepsWhatWasThere() throws IOException {
        start(output);
        Files.delete(output.resolve("image.efi"));
        Files.delete(output.resolve("image.raw"));

        await().atMost(PATIENCE)
                .until(() -> has(ServeEvent.Problem.class, p -> p.message().contains("nothing to boot")));
        assertThat(get("/image.efi").body()).isEqualTo(TestFiles.uki(1));
        Files.write(output.resolve("image.efi"), TestFiles.uki(3));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("/image.efi").body()).isEqualTo(TestFiles.uki(3)));
    }

    @Test
    void aFileWrittenInPlaceIsServedAgainWhenItIsComplete() throws IOException {
        start(output);
        String tag = get("/image.raw").header("etag");
        Files.write(output.resolve("image.raw"), TestFiles.disk(4));

        assertThat(get("/image.raw").status()).isIn(503, 200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            RawClient.Response response = get("/image.raw");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("etag")).isNotEqualTo(tag);
            assertThat(response.body()).isEqualTo(TestFiles.disk(4));
        });
    }

    @Test
    void aFileWrittenInPlaceWithItsTimeSetBackIsFoundOut() throws IOException {
        start(output);
        Path image = output.resolve("image.raw");
        String tag = get("/image.raw").header("etag");
        FileTime time = Files.getLastModifiedTime(image);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(100_000);
            file.write(new byte[100]);
        }
        Files.setLastModifiedTime(image, time);
        byte[] now = Files.readAllBytes(image);

        assertThatThrownBy(() -> get("/image.raw")).isInstanceOf(IOException.class);
        await().atMost(PATIENCE).untilAsserted(() -> {
            RawClient.Response response = get("/image.raw");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("etag")).isNotEqualTo(tag);
            assertThat(response.body()).isEqualTo(now);
        });
    }

    @Test
    void aRestartServesTheSameGeneration() throws IOException {
        BootService first = start(output);
        String tag = get("/image.raw").header("etag");
        first.close();
        start(output);

        assertThat(get("/image.raw").header("etag")).isEqualTo(tag);
        await().atMost(PATIENCE).until(() -> count(ServeEvent.Published.class) == 2);
        assertThat(events.stream()
                        .filter(ServeEvent.Published.class::isInstance)
                        .map(ServeEvent.Published.class::cast)
                        .map(ServeEvent.Published::generation)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void nothingToBootIsAnError() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        assertThatThrownBy(() -> start(empty))
                .isInstanceOf(ServeException.class)
                .hasMessage("there is nothing to boot in " + empty
                        + ": put a raw image, a tar archive of a system or a UKI there");
    }

    @Test
    void aFileThatWasNamedAndCannotBeServedIsAnError() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.raw"));
        Path program = Files.write(directory.resolve("grub.efi"), TestFiles.pe(".text", 1));

        assertThatThrownBy(() -> start(empty)).hasMessageContaining("it is an empty file");
        assertThatThrownBy(() -> start(program)).hasMessageContaining("no unified kernel image");
    }

    @Test
    void aTakenPortIsAnError() throws IOException {
        BootService running = start(output);
        String port = running.url().replaceAll(".*:([0-9]+)/.*", "$1");
        ServeOptions taken = options(List.of(output), Integer.parseInt(port), directory.resolve("other"));

        assertThatThrownBy(() -> BootService.start(taken, events::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining("--listen");
    }

    private BootService start(Path path) throws IOException {
        service = BootService.start(options(List.of(path), 0, directory.resolve("state")), events::add);
        return service;
    }

    private ServeOptions options(List<Path> paths, int port, Path state) {
        return ServeOptions.of(paths, state, directory.resolve("cache"))
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private void replace(String name, byte[] content) throws IOException {
        Path next = Files.write(output.resolve("." + name), content);
        Files.move(next, output.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private RawClient.Response get(String path) throws IOException {
        if (service == null) {
            throw new IllegalStateException("not started");
        }
        String port = service.url().replaceAll(".*:([0-9]+)/.*", "$1");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        try (RawClient client = new RawClient(address)) {
            return client.get(path);
        }
    }

    private <T extends ServeEvent> boolean has(Class<T> kind, Predicate<T> which) {
        return events.stream().filter(kind::isInstance).map(kind::cast).anyMatch(which);
    }

    private long count(Class<? extends ServeEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }
}
