package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;

/** Downloads that are kept, and not transferred again while the server says that they are the same. */
@Timeout(60)
final class KeepDownloadTest {
    private static final byte[] IMAGE = "an image, as it is transferred".getBytes(UTF_8);
    private static final byte[] OTHER = "another image, as it is transferred".getBytes(UTF_8);

    /** Answers 304 to who has the file already. */
    private record Conditional(String tag, ScriptedServer.File file) implements ScriptedServer.Reply {
        @Override
        public void to(ScriptedServer.Request request, OutputStream out) throws IOException, InterruptedException {
            if (request.header("If-None-Match").equals(tag)) {
                ScriptedServer.status(304).to(request, out);
            } else {
                file.to(request, out);
            }
        }
    }

    @TempDir
    private Path images;

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        serve("\"one\"", IMAGE);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void theSameFileIsNotTransferredAgainButVerifiedAgain() throws IOException {
        assertThat(pull("first").revalidated()).isFalse();

        PullResult again = pull("second");

        assertThat(again.revalidated()).isTrue();
        assertThat(again.verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
        assertThat(images.resolve("second.raw")).hasBinaryContent(IMAGE);
        assertThat(Files.getLastModifiedTime(images.resolve("second.raw")))
                .isEqualTo(Files.getLastModifiedTime(images.resolve("first.raw")));
        assertThat(server.headers("If-None-Match").stream().filter(tag -> !tag.isEmpty()))
                .containsExactly("\"one\"");
        assertThat(kept()).hasSize(1);
    }

    @Test
    void aNewFileTakesThePlaceOfTheKeptOne() throws IOException {
        pull("first");
        serve("\"two\"", OTHER);

        assertThat(pull("second").revalidated()).isFalse();

        assertThat(images.resolve("second.raw")).hasBinaryContent(OTHER);
        assertThat(kept()).singleElement().satisfies(kept -> assertThat(kept).hasBinaryContent(OTHER));
    }

    @Test
    void aKeptFileThatWasDamagedIsFetchedAnew() throws IOException {
        pull("first");
        Files.writeString(kept().getFirst(), "damaged");

        assertThat(pull("second").revalidated()).isFalse();

        assertThat(images.resolve("second.raw")).hasBinaryContent(IMAGE);
        assertThat(kept()).singleElement().satisfies(kept -> assertThat(kept).hasBinaryContent(IMAGE));
    }

    @Test
    void aFileThatHasNoTagIsNotKept() throws IOException {
        server.on("/i.raw", ScriptedServer.file(IMAGE).lastModified("Fri, 02 Jan 2026 03:04:05 GMT"));

        pull("first");

        assertThat(kept()).isEmpty();
    }

    private void serve(String tag, byte[] content) {
        server.on(
                "/i.raw",
                new Conditional(
                        tag, ScriptedServer.file(content).etag(tag).lastModified("Fri, 02 Jan 2026 03:04:05 GMT")));
        String digest = Sha256.of(Sha256.digester().digest(content)).hex();
        server.on("/SHA256SUMS", ScriptedServer.file((digest + "  i.raw\n").getBytes(UTF_8)));
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("."))
                    .toList();
        }
    }

    private PullResult pull(String name) throws PullException {
        PullExpression parsed =
                PullExpression.parse("raw,portable,verify=checksum:" + name + ":" + server.url("/i.raw"), null, false);
        return new Puller(PullOptions.defaults("1").silence(Duration.ofSeconds(20)), new FakeTimer())
                .pull(
                        PullRequest.of(parsed, null, BootWords.of(KernelCommandLine.parse("")), null)
                                .to(images.resolve(name + ".raw"))
                                .installed(Installation.of(parsed, Optional.of(images))
                                        .keeping()),
                        PullListener.NONE);
    }
}
