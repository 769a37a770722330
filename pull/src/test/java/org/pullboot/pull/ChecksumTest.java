package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Sha256;

/** {@code verify=checksum}, and the small files that are fetched and sent. */
@Timeout(60)
final class ChecksumTest {
    private static final byte[] IMAGE = "an image, as it is transferred".getBytes(UTF_8);
    private static final String HEX = Sha256.of(Sha256.digester().digest(IMAGE)).hex();

    @TempDir
    private Path directory;

    private ScriptedServer server;
    private final FakeTimer timer = new FakeTimer();
    private final PullOptions options = PullOptions.defaults("1").silence(Duration.ofSeconds(20));

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer().on("/d/i.raw", ScriptedServer.file(IMAGE));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s  i.raw\n", "%s *i.raw\n", "%s i.raw\n", "# list\n%s  i.raw\nrest"})
    void theListBesideTheFileVouchesForIt(String list) throws IOException {
        server.on("/d/i.raw.sha256", file(list.replace("%s", HEX)));

        assertThat(pull("/d/i.raw").verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
        assertThat(server.targets()).containsExactlyInAnyOrder("/d/i.raw", "/d/i.raw.sha256");
    }

    @Test
    void theDirectorysListIsAskedForWhenTheFileHasNone() throws IOException {
        server.on("/d/SHA256SUMS", file("00" + "11".repeat(31) + "  other\n" + HEX + "  i.raw\n"));

        assertThat(pull("/d/i.raw").verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
        assertThat(server.targets()).containsExactlyInAnyOrder("/d/i.raw", "/d/i.raw.sha256", "/d/SHA256SUMS");
    }

    @Test
    void theNameIsTheOneThatWasAskedFor() throws IOException {
        server.on("/d/latest?x=y", ScriptedServer.redirect(302, "/d/i.raw"))
                .on("/d/latest.sha256", file(HEX + "  latest\n"));

        assertThat(pull("/d/latest?x=y").verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
    }

    @Test
    void theListIsFetchedAgainWhenItFails() throws IOException {
        server.on("/d/i.raw.sha256", ScriptedServer.status(500), file(HEX + "  i.raw\n"));

        assertThat(pull("/d/i.raw").verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
    }

    @Test
    void aListThatKeepsFailingIsAnErrorAndNotACauseToGoWithout() {
        server.on("/d/i.raw.sha256", ScriptedServer.status(500)).on("/d/SHA256SUMS", file(HEX + "  i.raw\n"));

        assertFails("/d/i.raw").withMessageContaining("its checksum list").withMessageContaining("failed (500)");
        assertNothingIsLeft();
    }

    @Test
    void aFileThatTheListContradictsIsAnErrorWithBothDigests() {
        server.on("/d/i.raw.sha256", file("ab".repeat(32) + "  i.raw\n"));

        assertFails("/d/i.raw").withMessageContaining(HEX).withMessageContaining("ab".repeat(32));
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s  other\n", "%s  i.raw", "", "<html>"})
    void aListThatDoesNotNameTheFileIsAnError(String list) {
        server.on("/d/i.raw.sha256", file(list.replace("%s", HEX)));

        assertFails("/d/i.raw").withMessageContaining("does not name i.raw");
        assertNothingIsLeft();
    }

    @Test
    void withoutAnyListThereIsNoPull() {
        assertFails("/d/i.raw").withMessageContaining("neither i.raw.sha256 nor SHA256SUMS");
        assertNothingIsLeft();
    }

    @Test
    void aListThatIsAsLongAsAnImageIsAnError() {
        server.on("/d/i.raw.sha256", ScriptedServer.file(new byte[(1 << 20) + 1]));

        assertFails("/d/i.raw").withMessageContaining("more than the 1048576 bytes");
    }

    @Test
    void everyMirrorVouchesForItsOwnFile() throws IOException {
        server.on("/d/i.raw.sha256", file("ab".repeat(32) + "  i.raw\n"))
                .on("/m/i.raw", ScriptedServer.file(IMAGE))
                .on("/m/i.raw.sha256", file(HEX + "  i.raw\n"));

        assertThat(pull("/d/i.raw", "/m/i.raw").url()).isEqualTo(server.url("/m/i.raw"));
    }

    @Test
    void aSmallFileIsFetchedWhole() throws PullException {
        byte[] plan = "version=1\n".repeat(1000).getBytes(UTF_8);
        server.on("/plan", ScriptedServer.file(plan))
                .on("/chunked", ScriptedServer.file(plan).chunked());
        Puller puller = new Puller(options, timer);

        assertThat(puller.fetch(server.url("/plan"), plan.length)).contains(plan);
        assertThat(puller.fetch(server.url("/chunked"), plan.length)).contains(plan);
        assertThat(puller.fetch(server.url("/none"), 10)).isEqualTo(Optional.empty());
    }

    @Test
    void aSmallFileThatIsNotSmallIsAnError() {
        server.on("/plan", ScriptedServer.file(new byte[11]))
                .on("/chunked", ScriptedServer.file(new byte[5000]).chunked());
        Puller puller = new Puller(options, timer);

        for (String path : List.of("/plan", "/chunked")) {
            assertThatExceptionOfType(PullException.class)
                    .isThrownBy(() -> puller.fetch(server.url(path), 10))
                    .withMessageContaining("more than the 10 bytes");
        }
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> puller.fetch(server.url("/plan").replace("http:", "https:"), 10))
                .withMessageContaining("no trusted connection");
    }

    @Test
    void eventsAreSentAsTheyAre() throws PullException {
        server.on("/events", ScriptedServer.status(204))
                .on("/old", ScriptedServer.status(501))
                .on("/bad", ScriptedServer.status(400));
        Puller puller = new Puller(options, timer);

        assertThat(puller.post(server.url("/events"), "stage=started\nmessage=grün\n"))
                .isTrue();
        assertThat(puller.post(server.url("/none"), "x")).isFalse();
        assertThat(puller.post(server.url("/old"), "x")).isFalse();
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> puller.post(server.url("/bad"), "x"))
                .withMessageContaining("answers 400");
        assertThat(server.requests().getFirst().method()).isEqualTo("POST");
        assertThat(server.requests().getFirst().body()).isEqualTo("stage=started\nmessage=grün\n");
    }

    private static ScriptedServer.Reply file(String content) {
        return ScriptedServer.file(content.getBytes(UTF_8));
    }

    private PullResult pull(String... paths) throws PullException {
        List<String> urls = Stream.of(paths).map(server::url).toList();
        PullRequest request = new PullRequest(
                "i.raw",
                PullType.RAW,
                urls,
                directory.resolve("x/i.raw"),
                Verification.CHECKSUM,
                null,
                null,
                false,
                PullRequest.DEFAULT_LIMIT,
                PullRequest.DEFAULT_LIMIT);
        return new Puller(options, timer).pull(request, PullListener.NONE);
    }

    private ThrowableAssertAlternative<PullException> assertFails(String... paths) {
        return assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull(paths));
    }

    private void assertNothingIsLeft() {
        assertThat(directory.resolve("x")).isEmptyDirectory();
    }
}
