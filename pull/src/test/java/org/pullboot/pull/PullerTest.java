package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Compression;
import org.pullboot.image.Sha256;
import org.pullboot.image.ZstdOutputStream;

/** What a pull does with servers of all kinds; each is a real one on loopback. */
@Timeout(60)
final class PullerTest {
    /** More than all the chunks of a pipeline, and no whole number of them. */
    private static final int LARGE = 6_000_011;

    private static final String TAG = "\"t1\"";

    @TempDir
    private Path directory;

    private ScriptedServer server;
    private Path target;
    private final FakeTimer timer = new FakeTimer();
    private final Listening listener = new Listening();
    private PullOptions options = PullOptions.defaults("1.2.3").silence(Duration.ofSeconds(20));

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        target = directory.resolve("machines/rootdisk.raw");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    // ---- what goes well

    @Test
    void aFileBecomesTheSameFile() throws IOException {
        byte[] image = image(1, LARGE);
        server.on("/i.raw", ScriptedServer.file(image));

        PullResult result = pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(result.path()).isEqualTo(target);
        assertThat(result.url()).isEqualTo(server.url("/i.raw"));
        assertThat(result.digest()).isEqualTo(sha256(image));
        assertThat(result.transferred()).isEqualTo(LARGE);
        assertThat(result.unpacked()).isEqualTo(LARGE);
        assertThat(result.compression()).isEqualTo(Compression.NONE);
        assertThat(result.verifiedBy()).isEqualTo(PullResult.VerifiedBy.NOTHING);
        assertNothingElseIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 17, 4095, 4096, Chunk.BYTES - 1, Chunk.BYTES, Chunk.BYTES + 1, 3 * Chunk.BYTES})
    void filesOfAllSizesComeThrough(int size) throws IOException {
        byte[] image = image(size, size);
        server.on("/i.raw", ScriptedServer.file(image));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void aCompressedFileIsUnpackedAndItsHolesStayHoles() throws IOException {
        byte[] image = image(2, LARGE);
        Arrays.fill(image, 1 << 20, 4 << 20, (byte) 0);
        byte[] compressed = zstd(image);
        server.on("/i.raw", ScriptedServer.file(compressed));

        PullResult result = pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(result.compression()).isEqualTo(Compression.ZSTD);
        assertThat(result.transferred()).isEqualTo(compressed.length);
        assertThat(result.unpacked()).isEqualTo(LARGE);
        assertThat(result.data()).isEqualTo(LARGE - (3 << 20));
        assertThat(result.digest()).isEqualTo(sha256(compressed));
    }

    @Test
    void compressionIsToldByMagicAndNotByName() throws IOException {
        byte[] image = image(3, 100_000);
        server.on("/i.raw.zst", ScriptedServer.file(gzip(image)));

        assertThat(pull(request("/i.raw.zst")).compression()).isEqualTo(Compression.GZIP);
        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void aFileWithoutALengthComesThrough() throws IOException {
        byte[] image = image(4, LARGE);
        server.on("/chunked", ScriptedServer.file(image).chunked());
        server.on("/close", ScriptedServer.file(image).claiming(0));

        pull(request("/chunked"));
        assertThat(target).hasBinaryContent(image);
        Files.delete(target);
        pull(request("/close"));
        assertThat(target).hasBinaryContent(image);
        assertThat(listener.beginnings).extracting(Preflight::transferBytes).containsExactly(-1L, -1L);
    }

    @Test
    void requestsSayWhoAsksAndWantTheBytesAsTheyAre() throws IOException {
        server.on("/i.raw", ScriptedServer.file(image(5, 10)));

        pull(request("/i.raw"));

        assertThat(server.headers("User-Agent")).containsExactly("pullboot/1.2.3");
        assertThat(server.headers("Accept-Encoding")).containsExactly("identity");
        assertThat(server.headers("Range")).containsExactly("");
        assertThat(server.requests().getFirst().method()).isEqualTo("GET");
    }

    @Test
    void aReadOnlyImageIsAReadOnlyFile() throws IOException {
        server.on("/i.raw", ScriptedServer.file(image(6, 10)));
        PullRequest plain = request("/i.raw");

        pull(new PullRequest(
                plain.name(),
                plain.type(),
                plain.urls(),
                plain.destination(),
                plain.verification(),
                null,
                null,
                true,
                100,
                100));

        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
    }

    @Test
    void aFileOfThisMachineIsPulledLikeAnyOther() throws IOException {
        byte[] image = image(7, LARGE);
        Path file = Files.write(directory.resolve("a b.raw"), image);
        String url = "file:" + file.toString().replace(" ", "%20");

        pull(urls(List.of(url)));

        assertThat(target).hasBinaryContent(image);
        assertFails(urls(List.of("file:///none/there"), target.resolveSibling("y")))
                .withMessageContaining("no server has it");
    }

    @Test
    void progressIsToldAtMostFourTimesASecondAndAtTheEnd() throws IOException {
        byte[] image = image(8, LARGE);
        server.on("/i.raw", ScriptedServer.file(image));
        // A tenth of a second passes with each look at the clock, and there is one look per piece of at most 256 KiB.
        FakeTimer ticking = new FakeTimer(100_000_000);

        new Puller(options, ticking).pull(request("/i.raw"), listener);

        assertThat(listener.progress).hasSizeGreaterThan(3);
        assertThat(listener.progress.getLast().percent()).isEqualTo(100);
        assertThat(listener.progress.getLast().bytes()).isEqualTo(LARGE);
        assertThat(listener.progress).extracting(PullProgress::bytes).isSorted();
        assertThat(listener.progress)
                .allSatisfy(p -> assertThat(p.bytesPerSecond()).isPositive());
        long looks = ticking.nanos() / 100_000_000;
        assertThat((long) listener.progress.size()).isLessThan(looks / 3 + 2);
    }

    // ---- what is known before

    @Test
    void theListenerLearnsWhatIsNeededBeforeAnythingIsWritten() throws IOException {
        byte[] image = image(9, 100_000);
        byte[] compressed = zstd(image);
        server.on("/i.raw", ScriptedServer.file(image)).on("/i.zst", ScriptedServer.file(compressed));

        pull(request("/i.raw"));
        assertThat(listener.beginnings.removeFirst())
                .isEqualTo(new Preflight(server.url("/i.raw"), 100_000, Compression.NONE, 0, 100_000));
        Files.delete(target);
        pull(sized("/i.raw", new DeclaredSize(100_000, 70_000)));
        assertThat(listener.beginnings.removeFirst())
                .isEqualTo(new Preflight(server.url("/i.raw"), 100_000, Compression.NONE, 70_000, 100_000));
        Files.delete(target);
        pull(request("/i.zst"));
        assertThat(listener.beginnings.getFirst().compression()).isEqualTo(Compression.ZSTD);
        assertThat(listener.beginnings.getFirst().atLeast()).isEqualTo(compressed.length);
    }

    @Test
    void theListenerMayRefuse() {
        server.on("/i.raw", ScriptedServer.file(image(10, LARGE)));
        PullListener refusing = new PullListener() {
            @Override
            public void begins(Preflight preflight) throws PullException {
                throw new PullException("it needs " + preflight.atMost() + " bytes");
            }
        };

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> new Puller(options, timer).pull(request("/i.raw"), refusing))
                .withMessage("it needs " + LARGE + " bytes");
        assertNothingIsLeft();
    }

    // ---- drops and resumes

    @Test
    void aDroppedTransferGoesOnWhereItBroke() throws IOException {
        byte[] image = image(11, LARGE);
        server.on(
                "/i.raw",
                ScriptedServer.file(image).etag(TAG).cutAfter(1_000_000),
                ScriptedServer.file(image).etag(TAG).cutAfter(2_000_000),
                ScriptedServer.file(image).etag(TAG));

        PullResult result = pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(result.digest()).isEqualTo(sha256(image));
        assertThat(server.headers("Range")).containsExactly("", "bytes=1000000-", "bytes=3000000-");
        assertThat(server.headers("If-Range")).containsExactly("", TAG, TAG);
        assertThat(listener.beginnings).hasSize(1);
        assertThat(listener.retries).hasSize(2).allMatch(reason -> reason.contains("broke"));
        assertNothingElseIsLeft();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void itDoesNotMatterWhereItBreaks(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        byte[] image = image(seed, LARGE);
        byte[] file = random.nextBoolean() ? zstd(image) : image;
        ScriptedServer.Reply[] script = new ScriptedServer.Reply[6];
        for (int i = 0; i < script.length; i++) {
            script[i] = ScriptedServer.file(file).etag(TAG).cutAfter(1 + random.nextInt(file.length / 6));
        }
        script[5] = ScriptedServer.file(file).etag(TAG);
        server.on("/i.raw", script);

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void withoutAStrongTagTheDateTellsThatTheFileIsTheSame() throws IOException {
        byte[] image = image(12, LARGE);
        String date = "Sun, 22 Nov 2026 17:00:00 GMT";
        server.on(
                "/i.raw",
                ScriptedServer.file(image).etag("W/\"x\"").lastModified(date).cutAfter(100),
                ScriptedServer.file(image).etag("W/\"x\"").lastModified(date));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(server.headers("If-Range")).containsExactly("", date);
        assertThat(listener.beginnings).hasSize(1);
    }

    @Test
    void aServerThatIgnoresRangesHasItsFirstBytesSkippedWhenTheFileIsTheSame() throws IOException {
        byte[] image = image(13, LARGE);
        server.on(
                "/i.raw",
                ScriptedServer.file(image).etag(TAG).withoutRanges().cutAfter(5_000_000),
                ScriptedServer.file(image).etag(TAG).withoutRanges());

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(listener.beginnings).hasSize(1);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aServerThatTellsNothingOfItsFileIsBegunAnewWith() throws IOException {
        byte[] image = image(14, LARGE);
        server.on("/i.raw", ScriptedServer.file(image).cutAfter(5_000_000), ScriptedServer.file(image));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(server.headers("Range")).containsExactly("", "");
        assertThat(listener.beginnings).hasSize(2);
        assertNothingElseIsLeft();
    }

    @Test
    void aPinnedFileGoesOnEvenWhenTheServerTellsNothingOfIt() throws IOException {
        byte[] image = image(15, LARGE);
        server.on("/i.raw", ScriptedServer.file(image).cutAfter(5_000_000), ScriptedServer.file(image));

        assertThat(pull(pinned(sha256(image), "/i.raw")).verifiedBy()).isEqualTo(PullResult.VerifiedBy.PIN);

        assertThat(server.headers("Range")).containsExactly("", "bytes=5000000-");
        assertThat(listener.beginnings).hasSize(1);
    }

    @Test
    void aFileThatChangedMeanwhileIsBegunAnewWith() throws IOException {
        byte[] old = image(16, LARGE);
        byte[] fresh = image(17, LARGE);
        server.on(
                "/i.raw",
                ScriptedServer.file(old).etag(TAG).cutAfter(5_000_000),
                ScriptedServer.file(fresh).etag("\"t2\""));

        PullResult result = pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(fresh);
        assertThat(result.digest()).isEqualTo(sha256(fresh));
        assertThat(server.requests()).hasSize(2);
        assertNothingElseIsLeft();
    }

    @Test
    void aServerThatIgnoresIfRangeDoesNotMixTwoFiles() throws IOException {
        byte[] old = image(18, LARGE);
        byte[] fresh = image(19, LARGE);
        server.on("/i.raw", ScriptedServer.file(old).etag(TAG).cutAfter(5_000_000), (request, out) -> {
            boolean part = !request.header("Range").isEmpty();
            int start = part ? 5_000_000 : 0;
            out.write(((part
                                    ? "HTTP/1.1 206 X\r\nContent-Range: bytes 5000000-" + (LARGE - 1) + "/" + LARGE
                                    : "HTTP/1.1 200 X")
                            + "\r\nETag: \"t2\"\r\nContent-Length: " + (LARGE - start) + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(fresh, start, LARGE - start);
        });

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(fresh);
    }

    @Test
    void aFileThatChangesAgainAndAgainIsGivenUp() {
        byte[] image = image(20, 1000);
        ScriptedServer.Reply[] script = new ScriptedServer.Reply[20];
        for (int i = 0; i < script.length; i++) {
            script[i] = ScriptedServer.file(image).etag("\"t" + i + "\"").cutAfter(100);
        }
        server.on("/i.raw", script);

        assertFails(request("/i.raw")).withMessageContaining("changed while it was transferred");
        assertThat(server.requests()).hasSizeLessThan(10);
        assertNothingIsLeft();
    }

    @Test
    void aFileThatIsShorterNowIsBegunAnewWith() throws IOException {
        byte[] fresh = image(31, 1000);
        server.on(
                "/i.raw",
                ScriptedServer.file(image(30, 10_000)).etag(TAG).cutAfter(5000),
                ScriptedServer.file(fresh).etag(TAG),
                ScriptedServer.file(fresh).etag(TAG));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(fresh);
    }

    @Test
    void aServerThatSendsOnlyPiecesIsAskedForAllOfThem() throws IOException {
        byte[] image = image(32, LARGE);
        server.on(
                "/i.raw",
                ScriptedServer.file(image).etag(TAG).cutAfter(1),
                ScriptedServer.file(image).etag(TAG).atMost(2_000_000));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void aServerThatGoesSilentIsAskedAgain() throws IOException {
        options = options.silence(Duration.ofMillis(300));
        byte[] image = image(33, LARGE);
        server.on(
                "/i.raw",
                server.silence(),
                ScriptedServer.file(image).etag(TAG).cutAfter(2_000_000).thenSilent(server),
                ScriptedServer.file(image).etag(TAG));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        assertThat(listener.retries).hasSize(2).allMatch(reason -> reason.contains("sent nothing for"));
    }

    @Test
    void pausesGrowBetweenAttemptsAndEndWithNewBytes() throws IOException {
        byte[] image = image(34, 1000);
        server.on(
                "/i.raw",
                ScriptedServer.status(500),
                ScriptedServer.status(503),
                ScriptedServer.status(429),
                ScriptedServer.file(image).etag(TAG).cutAfter(10),
                ScriptedServer.status(502),
                ScriptedServer.file(image).etag(TAG));

        pull(request("/i.raw"));

        assertThat(target).hasBinaryContent(image);
        List<Long> means = List.of(500L, 1000L, 2000L, 500L, 1000L);
        assertThat(timer.pauses()).hasSize(means.size());
        for (int i = 0; i < means.size(); i++) {
            assertThat(timer.pauses().get(i)).isBetween(means.get(i) * 3 / 4, means.get(i) * 5 / 4);
        }
    }

    @Test
    void aServerThatKeepsFailingIsGivenUp() {
        server.on("/i.raw", ScriptedServer.status(500));

        assertFails(request("/i.raw"))
                .withMessage("cannot pull i.raw from " + server.url("/i.raw") + ": the server failed (500), "
                        + options.attempts() + " times in a row");
        assertThat(server.requests()).hasSize(options.attempts());
        assertNothingIsLeft();
    }

    @Test
    void aPortWhereNobodyListensIsGivenUpInTheEnd() throws IOException {
        String url;
        try (ScriptedServer gone = new ScriptedServer()) {
            url = gone.url("/i.raw");
        }
        assertFails(urls(List.of(url))).withMessageContaining("Connection refused");
        assertThat(timer.pauses()).hasSize(options.attempts() - 1);
    }

    // ---- several places

    @Test
    void aPlaceWithoutTheFileLeadsToTheNext() throws IOException {
        byte[] image = image(40, 1000);
        server.on("/g/1/i.raw", ScriptedServer.status(404)).on("/i.raw", ScriptedServer.file(image));

        PullResult result = pull(request("/g/1/i.raw", "/i.raw"));

        assertThat(result.url()).isEqualTo(server.url("/i.raw"));
        assertThat(timer.pauses()).isEmpty();
    }

    @Test
    void whenNoPlaceHasItThatIsSaid() {
        assertFails(request("/g/1/i.raw", "/i.raw"))
                .withMessage("cannot pull i.raw: no server has it at " + server.url("/g/1/i.raw") + ", "
                        + server.url("/i.raw") + ": check the name, and that the server still serves it");
        assertThat(server.targets()).containsExactly("/g/1/i.raw", "/i.raw");
        assertNothingIsLeft();
    }

    @Test
    void aPlaceThatFailsLeadsToTheNextWithoutAPause() throws IOException {
        byte[] image = image(41, 1000);
        server.on("/a", ScriptedServer.status(500)).on("/b", ScriptedServer.file(image));

        pull(request("/a", "/b"));

        assertThat(server.targets()).containsExactly("/a", "/b");
        assertThat(timer.pauses()).isEmpty();
    }

    @Test
    void aMirrorWithAWrongDigestIsLeftOutAndTheNextBegunWith() throws IOException {
        byte[] image = image(42, LARGE);
        server.on("/a", ScriptedServer.file(image(43, LARGE))).on("/b", ScriptedServer.file(image));

        PullResult result = pull(pinned(sha256(image), "/a", "/b"));

        assertThat(result.url()).isEqualTo(server.url("/b"));
        assertThat(target).hasBinaryContent(image);
        assertThat(listener.beginnings).hasSize(2);
        assertNothingElseIsLeft();
    }

    @Test
    void aMirrorWithADamagedFileIsLeftOutAndTheNextBegunWith() throws IOException {
        byte[] image = image(44, LARGE);
        byte[] good = gzip(image);
        byte[] bad = good.clone();
        Arrays.fill(bad, 1000, 2000, (byte) 7);
        server.on("/a", ScriptedServer.file(bad)).on("/b", ScriptedServer.file(good));

        pull(request("/a", "/b"));

        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void aPinnedFileGoesOnFromAnotherMirror() throws IOException {
        byte[] image = image(45, LARGE);
        server.on("/a", ScriptedServer.file(image).etag("\"a\"").cutAfter(4_000_000), ScriptedServer.status(404))
                .on("/b", ScriptedServer.file(image).etag("\"b\""));

        pull(pinned(sha256(image), "/a", "/b"));

        assertThat(target).hasBinaryContent(image);
        assertThat(server.headers("Range")).containsExactly("", "bytes=4000000-", "bytes=4000000-");
        assertThat(listener.beginnings).hasSize(1);
    }

    @Test
    void whenTheMixOfMirrorsIsWrongEachIsTriedAlone() throws IOException {
        byte[] image = image(46, LARGE);
        byte[] wrong = image.clone();
        wrong[5] ^= 1;
        server.on("/a", ScriptedServer.file(wrong).cutAfter(4_000_000), ScriptedServer.status(404))
                .on("/b", ScriptedServer.file(image));

        pull(pinned(sha256(image), "/a", "/b"));

        assertThat(target).hasBinaryContent(image);
        assertThat(server.headers("Range")).containsExactly("", "bytes=4000000-", "bytes=4000000-", "");
    }

    @Test
    void withoutAPinAnotherMirrorIsBegunAnewWith() throws IOException {
        byte[] image = image(47, LARGE);
        server.on("/a", ScriptedServer.file(image).etag(TAG).cutAfter(4_000_000), ScriptedServer.status(404))
                .on("/b", ScriptedServer.file(image).etag(TAG));

        pull(request("/a", "/b"));

        assertThat(target).hasBinaryContent(image);
        assertThat(server.headers("Range")).containsExactly("", "bytes=4000000-", "");
        assertThat(listener.beginnings).hasSize(2);
    }

    @Test
    void allPlacesAreInTheErrorWhenAllFail() {
        server.on("/a", ScriptedServer.status(403)).on("/b", ScriptedServer.status(401));

        assertFails(request("/a", "/b", "/c"))
                .withMessageContaining(server.url("/a") + ": the server forbids it (403)")
                .withMessageContaining(server.url("/b") + ": the server wants a user and a password (401)");
    }

    // ---- redirects

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreFollowed(int status) throws IOException {
        byte[] image = image(50, 1000);
        server.on("/a", ScriptedServer.redirect(status, server.url("/x/b")))
                .on("/x/b", ScriptedServer.redirect(status, "c"))
                .on("/x/c", ScriptedServer.file(image));

        pull(request("/a"));

        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void aResumeGoesThroughTheRedirectAgain() throws IOException {
        byte[] image = image(51, LARGE);
        server.on("/a", ScriptedServer.redirect(302, "/b"))
                .on(
                        "/b",
                        ScriptedServer.file(image).etag(TAG).cutAfter(1000),
                        ScriptedServer.file(image).etag(TAG));

        pull(request("/a"));

        assertThat(server.targets()).containsExactly("/a", "/b", "/a", "/b");
        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void userAndPasswordAreSentAndNeverShown() throws IOException {
        byte[] image = image(52, 1000);
        server.on("/a", ScriptedServer.redirect(302, "/b"))
                .on("/b", ScriptedServer.status(403))
                .on("/c", ScriptedServer.file(image));
        String a = server.url("/a").replace("//", "//me:secret@");
        String c = server.url("/c").replace("//", "//me:secret@");

        PullResult result = pull(urls(List.of(a, c)));

        assertThat(server.headers("Authorization"))
                .containsOnly("Basic bWU6c2VjcmV0")
                .hasSize(3);
        assertThat(result.url()).isEqualTo(server.url("/c"));
        assertThat(listener.beginnings.getFirst().url()).isEqualTo(server.url("/c"));
        assertThat(listener.retries)
                .singleElement()
                .asString()
                .contains(server.url("/a"))
                .doesNotContain("secret");
        assertFails(urls(List.of(a), directory.resolve("other")))
                .withMessageContaining(server.url("/a"))
                .withMessageNotContaining("secret");
    }

    @Test
    void aRedirectElsewhereDoesNotTakeThePasswordAlong() throws IOException {
        server.on("/a", ScriptedServer.redirect(302, server.url("/b"))).on("/b", ScriptedServer.file(image(53, 10)));

        pull(urls(List.of(server.url("/a").replace("//", "//me:secret@"))));

        assertThat(server.headers("Authorization")).containsExactly("Basic bWU6c2VjcmV0", "");
    }

    @Test
    void aRedirectLoopIsAnError() {
        server.on("/a", ScriptedServer.redirect(302, "/b")).on("/b", ScriptedServer.redirect(302, "/a"));

        assertFails(request("/a")).withMessageContaining("redirects more than 10 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://h/x", "HTTP://h/x", "http://"})
    void aRedirectToAnythingButHttpIsAnError(String to) {
        server.on("/a", ScriptedServer.redirect(302, to));

        assertFails(request("/a")).withMessageContaining("redirects to '" + to + "'");
    }

    @Test
    void aRedirectToNowhereIsAnError() {
        server.on("/a", ScriptedServer.text("HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n"));

        assertFails(request("/a")).withMessageContaining("redirects to nowhere");
    }

    // ---- lies

    @Test
    void aBodyThatIsAlwaysShorterThanPromisedIsAnError() {
        byte[] image = image(60, 600);
        server.on("/i.raw", ScriptedServer.file(image).claiming(1000));

        assertFails(request("/i.raw")).withMessageContaining("broke after 600 of 1000 bytes");
        assertNothingIsLeft();
    }

    @Test
    void aBodyThatIsShorterThanPromisedAndHasNoMoreOnDemandIsAnError() {
        byte[] image = image(61, 600);
        server.on("/i.raw", ScriptedServer.file(image).etag(TAG).claiming(1000));

        assertFails(request("/i.raw")).withMessageContaining("now says the file has 600 bytes");
        assertNothingIsLeft();
    }

    @Test
    void aBodyThatIsLongerThanPromisedIsAnError() {
        byte[] image = image(62, 600);
        server.on("/i.raw", ScriptedServer.file(image).thenExtra(new byte[100]));

        assertFails(request("/i.raw")).withMessageContaining("sends more than the 600 bytes that it promised");
        assertNothingIsLeft();
    }

    @Test
    void aTotalThatChangesIsAnError() {
        byte[] image = image(63, 1000);
        server.on(
                "/i.raw",
                ScriptedServer.file(image).etag(TAG).cutAfter(100),
                ScriptedServer.file(image).etag(TAG).claimingTotal(2000),
                ScriptedServer.file(image).etag(TAG).cutAfter(100),
                ScriptedServer.file(image).etag(TAG).claimingTotal(2000),
                ScriptedServer.file(image).etag(TAG).cutAfter(100),
                ScriptedServer.file(image).etag(TAG).claimingTotal(2000),
                ScriptedServer.file(image).etag(TAG).cutAfter(100),
                ScriptedServer.file(image).etag(TAG).claimingTotal(2000));

        assertFails(request("/i.raw")).withMessageContaining("had 1000 bytes, now it has 2000");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 X~Content-Length: many~~abc|says Content-Length: many",
                "HTTP/1.1 200 X~Content-Length: -3~~abc|says Content-Length: -3",
                "HTTP/1.1 200 X~Content-Length: 0~~|the file is empty",
                "HTTP/1.1 200 X~Connection: close~~|the file is empty",
                "HTTP/1.1 206 X~Content-Length: 3~~abc|no Content-Range",
                "HTTP/1.1 206 X~Content-Range: bytes 5-7/10~Content-Length: 3~~abc|asked for bytes from 0 on",
                "HTTP/1.1 206 X~Content-Range: bytes 0-7/8~Content-Length: 3~~abc|asked for bytes from 0 on",
                "SSH-2.0-OpenSSH_9.2p1~|does not speak HTTP",
                "HTTP/1.1 402 X~Content-Length: 0~~|answers 402"
            })
    void anAnswerThatMakesNoSenseIsAnError(String answer, String reason) {
        server.on("/i.raw", ScriptedServer.text(answer.replace("~", "\r\n")));

        assertFails(request("/i.raw")).withMessageContaining(reason);
        assertNothingIsLeft();
    }

    // ---- limits

    @Test
    void aFileThatIsLongerThanAllowedIsRefusedByItsLength() {
        server.on("/i.raw", ScriptedServer.file(image(70, 1001)));

        assertFails(limited("/i.raw", 1000, 10_000))
                .withMessageContaining("more than the 1000 bytes that may be transferred");
        assertThat(listener.beginnings).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aFileOfUnknownLengthIsCutOffWhereItGetsTooLong() {
        server.on("/i.raw", ScriptedServer.file(image(71, LARGE)).chunked());

        assertFails(limited("/i.raw", LARGE - 1, LARGE)).withMessageContaining("bytes that may be transferred");
        assertNothingIsLeft();
    }

    @Test
    void aBombStopsAtTheLimitAndNothingIsKept() throws IOException {
        byte[] bomb = zstdZeros(1L << 30);
        server.on("/i.raw", ScriptedServer.file(bomb));

        assertFails(limited("/i.raw", 10_000_000, 1_000_000))
                .withMessageContaining("unpacks to more than the 1000000 bytes that are allowed");
        assertNothingIsLeft();
    }

    @Test
    void theDeclaredSizeIsTheLimitAndMustBeReached() throws IOException {
        byte[] image = image(72, 100_000);
        server.on("/i.raw", ScriptedServer.file(gzip(image)));

        assertFails(sized("/i.raw", new DeclaredSize(99_999, 1)))
                .withMessageContaining("unpacks to more than the 99999 bytes");
        assertNothingIsLeft();
        assertFails(sized("/i.raw", new DeclaredSize(100_001, 1)))
                .withMessageContaining("unpacks to 100000 bytes, but");
        assertNothingIsLeft();
        pull(sized("/i.raw", new DeclaredSize(100_000, 1)));
        assertThat(target).hasBinaryContent(image);
    }

    // ---- what is wrong with the file

    @Test
    void aPinThatDoesNotMatchIsAnErrorWithBothDigests() {
        byte[] image = image(80, LARGE);
        Sha256 pin = sha256(new byte[1]);
        server.on("/i.raw", ScriptedServer.file(image));

        assertFails(pinned(pin, "/i.raw"))
                .withMessageContaining("it has " + sha256(image) + " but the boot command line pins " + pin)
                .withMessageContaining("rebuild or serve again");
        assertThat(server.requests()).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    void aTruncatedArchiveIsAnError() throws IOException {
        byte[] compressed = zstd(image(81, LARGE));
        server.on("/i.raw", ScriptedServer.file(Arrays.copyOf(compressed, compressed.length - 1000)));

        assertFails(request("/i.raw")).withMessageContaining("incomplete");
        assertNothingIsLeft();
    }

    @Test
    void anEmptyImageInACompressedFileIsAnError() throws IOException {
        server.on("/i.raw", ScriptedServer.file(gzip(new byte[0])));

        assertFails(request("/i.raw")).withMessageContaining("the image is empty");
        assertNothingIsLeft();
    }

    @Test
    void aFileOfAnotherKindIsAnError() throws IOException {
        byte[] qcow2 = new byte[1 << 17];
        byte[] magic = {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3};
        System.arraycopy(magic, 0, qcow2, 0, magic.length);
        server.on("/i.raw", ScriptedServer.file(zstd(qcow2)));

        assertFails(request("/i.raw")).withMessageContaining("expected a raw disk image, but it is a qcow2 disk image");
        assertNothingIsLeft();
    }

    // ---- the destination

    @Test
    void whatIsThereAlreadyIsNotTouchedAndNothingIsAsked() throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, "mine");

        assertFails(request("/i.raw")).withMessageContaining("exists already: remove it first");
        assertThat(target).hasContent("mine");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsAnErrorThatIsNotTriedAgain() throws IOException {
        Files.writeString(target.getParent(), "a file");
        server.on("/i.raw", ScriptedServer.file(image(90, 10)));

        assertFails(request("/i.raw", "/j.raw")).withMessageContaining("cannot make the directory");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void signaturesAreNotThereYetButAPinIsEnough() throws IOException {
        byte[] image = image(91, 10);
        server.on("/i.raw", ScriptedServer.file(image));

        assertFails(request(Verification.SIGNATURE, null, "/i.raw"))
                .withMessageContaining("use verify=checksum or pin");
        assertThat(server.requests()).isEmpty();
        pull(request(Verification.SIGNATURE, sha256(image), "/i.raw"));
        assertThat(target).hasBinaryContent(image);
    }

    @Test
    void anInterruptEndsThePull() {
        server.on("/i.raw", ScriptedServer.status(500));
        Timer interrupted = new Timer() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public void pause(long millis) throws InterruptedException {
                throw new InterruptedException();
            }
        };

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> new Puller(options, interrupted).pull(request("/i.raw"), listener))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void noThreadIsLeftBehind() throws IOException {
        server.on("/i.raw", ScriptedServer.file(image(92, LARGE)))
                .on("/bad", ScriptedServer.file(gzip(image(93, 100_000))));

        pull(request("/i.raw"));
        Files.delete(target);
        assertFails(limited("/bad", 1_000_000, 1000));

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("pull-hash", "pull-unpack", "pull-checksum");
    }

    // ---- helpers

    private PullResult pull(PullRequest request) throws PullException {
        return new Puller(options, timer).pull(request, listener);
    }

    private ThrowableAssertAlternative<PullException> assertFails(PullRequest request) {
        return assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull(request));
    }

    private PullRequest request(String... paths) {
        return request(Verification.NO, null, paths);
    }

    private PullRequest pinned(Sha256 digest, String... paths) {
        return request(Verification.NO, digest, paths);
    }

    private PullRequest request(Verification verification, @Nullable Sha256 digest, String... paths) {
        List<String> urls = Stream.of(paths).map(server::url).toList();
        return new PullRequest(
                "i.raw",
                PullType.RAW,
                urls,
                target,
                verification,
                digest,
                null,
                false,
                PullRequest.DEFAULT_LIMIT,
                PullRequest.DEFAULT_LIMIT);
    }

    private PullRequest limited(String path, long transfer, long unpacked) {
        return new PullRequest(
                "i.raw",
                PullType.RAW,
                List.of(server.url(path)),
                target,
                Verification.NO,
                null,
                null,
                false,
                transfer,
                unpacked);
    }

    private PullRequest sized(String path, DeclaredSize size) {
        return new PullRequest(
                "i.raw",
                PullType.RAW,
                List.of(server.url(path)),
                target,
                Verification.NO,
                null,
                size,
                false,
                PullRequest.DEFAULT_LIMIT,
                PullRequest.DEFAULT_LIMIT);
    }

    private PullRequest urls(List<String> urls) {
        return urls(urls, target);
    }

    private static PullRequest urls(List<String> urls, Path destination) {
        return new PullRequest(
                "i.raw",
                PullType.RAW,
                urls,
                destination,
                Verification.NO,
                null,
                null,
                false,
                PullRequest.DEFAULT_LIMIT,
                PullRequest.DEFAULT_LIMIT);
    }

    private void assertNothingIsLeft() {
        assertThat(target.getParent())
                .satisfiesAnyOf(
                        parent -> assertThat(parent).doesNotExist(),
                        parent -> assertThat(parent).isEmptyDirectory());
    }

    private void assertNothingElseIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            assertThat(files).containsExactly(target);
        }
    }

    /** Bytes that compress a little, as an image's do. */
    private static byte[] image(long seed, int size) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        byte[] image = new byte[size];
        random.nextBytes(image);
        for (int i = 0; i < size; i++) {
            image[i] &= 0x3f;
        }
        image[0] |= 1;
        return image;
    }

    private static Sha256 sha256(byte[] bytes) {
        return Sha256.of(Sha256.digester().digest(bytes));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] zstd(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zstd = new ZstdOutputStream(out, 3, 0)) {
            zstd.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] zstdZeros(long size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (OutputStream zstd = new ZstdOutputStream(out, 3, 0)) {
            for (long i = 0; i < size; i += zeros.length) {
                zstd.write(zeros);
            }
        }
        return out.toByteArray();
    }
}
