package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.pullboot.linux.Directory;

/** How images come to be among others: side files, signatures, names that are taken, what dead runs leave. */
@Timeout(60)
final class InstallationTest {
    private static final byte[] IMAGE = "an image, as it is transferred".getBytes(UTF_8);
    private static final String DATE = "Fri, 02 Jan 2026 03:04:05 GMT";
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    private ScriptedServer server;
    private Path images;
    private final List<String> warnings = new ArrayList<>();
    private PullOptions options = PullOptions.defaults("1").silence(Duration.ofSeconds(20));

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer()
                .on("/d/i.raw.xz", ScriptedServer.file(IMAGE).lastModified(DATE));
        images = directory.resolve("images");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    // ---- side files

    @Test
    void theFilesBesideAMachinesImageComeWithIt() throws IOException {
        server.on("/d/i.nspawn", file("[Exec]\n"));
        server.on("/d/i.roothash", ScriptedServer.file("00\n".getBytes(UTF_8)).lastModified(DATE));
        server.on("/d/i.roothash.p7s", file("p7s"));
        server.on("/d/i.verity", file("verity"));

        PullResult result = pull("raw,machine,verify=no:web:%s");

        assertThat(result.sideFiles())
                .containsExactly(
                        images.resolve("web.nspawn"),
                        images.resolve("web.roothash"),
                        images.resolve("web.roothash.p7s"),
                        images.resolve("web.verity"));
        assertThat(images.resolve("web.raw")).hasBinaryContent(IMAGE);
        assertThat(images.resolve("web.nspawn")).hasContent("[Exec]\n");
        assertThat(Files.getLastModifiedTime(images.resolve("web.raw")).toInstant())
                .isEqualTo(MODIFIED);
        assertThat(Files.getLastModifiedTime(images.resolve("web.roothash")).toInstant())
                .isEqualTo(MODIFIED);
        assertThat(Files.getPosixFilePermissions(images.resolve("web.roothash")))
                .isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
        assertThat(names()).containsExactly("web.nspawn", "web.raw", "web.roothash", "web.roothash.p7s", "web.verity");
    }

    @Test
    void whichFilesComeIsAMatterOfTypeAndClass() {
        assertThat(SideFile.of(PullType.RAW, ImageClass.MACHINE)).containsExactlyInAnyOrder(SideFile.values());
        assertThat(SideFile.of(PullType.RAW, ImageClass.PORTABLE))
                .containsExactlyInAnyOrder(SideFile.ROOT_HASH, SideFile.ROOT_HASH_SIGNATURE, SideFile.VERITY);
        assertThat(SideFile.of(PullType.TAR, ImageClass.MACHINE)).containsExactly(SideFile.SETTINGS);
        assertThat(SideFile.of(PullType.TAR, ImageClass.SYSEXT)).isEmpty();
    }

    @Test
    void aSideFileThatCannotBeHadIsLeftOutAndSaid() throws IOException {
        server.on("/d/i.verity", ScriptedServer.status(403));
        server.on("/d/i.roothash", ScriptedServer.file(new byte[SideFile.MAX_BYTES + 1]));

        assertThat(pull("raw,machine,verify=no:web:%s").sideFiles()).isEmpty();

        assertThat(warnings)
                .containsExactly(
                        server.url("/d/i.raw.xz") + " is installed without its file .roothash "
                                + server.url("/d/i.roothash")
                                + ": the file has more than the 1048576 bytes that it may have",
                        server.url("/d/i.raw.xz") + " is installed without its file .verity "
                                + server.url("/d/i.verity") + ": the server forbids it (403)");
    }

    @Test
    void aSideFileThatTheListDoesNotNameIsRefusedWithTheImage() throws IOException {
        server.on("/d/SHA256SUMS", file(line(IMAGE, "i.raw.xz")));
        server.on("/d/i.roothash", file("00\n"));

        assertFails("raw,machine,verify=checksum:web:%s").withMessageContaining("does not name i.roothash");

        assertThat(images).isEmptyDirectory();
    }

    @Test
    void aSideFileThatIsThereAlreadyStays() throws IOException {
        Files.createDirectories(images);
        Files.writeString(images.resolve("web.roothash"), "mine");
        server.on("/d/i.roothash", file("00\n"));

        assertThat(pull("raw,machine,verify=no:web:%s").sideFiles()).isEmpty();

        assertThat(images.resolve("web.roothash")).hasContent("mine");
        assertThat(warnings).containsExactly(images.resolve("web.roothash") + " exists already and is not replaced");
    }

    @Test
    void aPinnedImageComesAlone() throws IOException {
        server.on("/d/i.roothash", file("00\n"));
        PullRequest request = request("raw,machine,verify=no:web:%s");

        new Puller(options, new FakeTimer())
                .pull(
                        new PullRequest(
                                request.name(),
                                request.type(),
                                request.urls(),
                                request.destination(),
                                request.verification(),
                                digest(IMAGE),
                                null,
                                false,
                                1000,
                                1000,
                                request.installation()),
                        PullListener.NONE);

        assertThat(server.targets()).containsExactly("/d/i.raw.xz");
    }

    // ---- signatures

    @ParameterizedTest
    @ValueSource(strings = {"i.raw.xz.sha256.asc", "i.raw.xz.sha256.gpg", "SHA256SUMS.gpg", "SHA256SUMS.asc"})
    void aSignedListVouches(String name) throws IOException {
        String list = line(IMAGE, "i.raw.xz");
        server.on("/d/i.raw.xz.sha256", file(list));
        server.on("/d/" + name, file("signature of " + list));
        options = options.signatures(InstallationTest::check);

        assertThat(pull("raw,portable:web:%s").verifiedBy()).isEqualTo(PullResult.VerifiedBy.SIGNATURE);
    }

    @Test
    void aListThatIsSignedInTheSameFileVouches() throws IOException {
        server.on("/d/i.raw.xz.sha256", file(clearSigned(line(IMAGE, "i.raw.xz"))));
        options = options.signatures(InstallationTest::checkInline);

        assertThat(pull("raw,portable:web:%s").verifiedBy()).isEqualTo(PullResult.VerifiedBy.SIGNATURE);
    }

    @Test
    void aListWithoutASignatureIsRefused() throws IOException {
        server.on("/d/SHA256SUMS", file(line(IMAGE, "i.raw.xz")));
        options = options.signatures(InstallationTest::check);

        assertFails("raw,portable:web:%s").withMessageContaining("there is no signature beside it");
    }

    @Test
    void aWrongSignatureIsRefused() throws IOException {
        server.on("/d/SHA256SUMS", file(line(IMAGE, "i.raw.xz")));
        server.on("/d/SHA256SUMS.gpg", file("nonsense"));
        options = options.signatures(InstallationTest::check);

        assertFails("raw,portable:web:%s").withMessageContaining("SHA256SUMS is not verified: no key made it");
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void onlyAMissingSignatureLeadsToTheNextName() throws IOException {
        String list = line(IMAGE, "i.raw.xz");
        server.on("/d/SHA256SUMS", file(list));
        server.on("/d/i.raw.xz.sha256.asc", ScriptedServer.status(403));
        server.on("/d/SHA256SUMS.gpg", file("signature of " + list));
        options = options.signatures(InstallationTest::check);

        assertFails("raw,portable:web:%s")
                .withMessageContaining("its signature")
                .withMessageContaining("the server forbids it (403)");
    }

    @Test
    void signaturesNeedSomebodyToCheckThem() {
        assertFails("raw,portable:web:%s").withMessageContaining("signatures cannot be checked here");
        assertThat(server.targets()).isEmpty();
    }

    // ---- names that are taken

    @ParameterizedTest
    @ValueSource(strings = {"web", "web.raw", "web.v", "web.raw.v"})
    void aNameThatIsTakenAnywhereInTheSearchPathIsRefused(String taken) throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.createDirectory(other.resolve(taken));
        PullRequest request = request("raw,machine,verify=no:web:%s")
                .installed(new Installation(Set.of(), List.of(images, other), false, true, false, true));

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> new Puller(options, new FakeTimer()).pull(request, PullListener.NONE))
                .withMessage("there is an image web already, " + other.resolve(taken)
                        + ": remove it first, or give this one another name");
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void whatHasTheNameIsReplacedInOneStep() throws IOException {
        Files.createDirectories(images);
        Files.writeString(images.resolve("web.raw"), "old");
        Files.writeString(images.resolve("web.roothash"), "old");
        server.on("/d/i.roothash", file("00\n"));
        PullRequest request = request("raw,machine,verify=no:web:%s");

        new Puller(options, new FakeTimer())
                .pull(request.installed(request.installation().replacing()), PullListener.NONE);

        assertThat(images.resolve("web.raw")).hasBinaryContent(IMAGE);
        assertThat(images.resolve("web.roothash")).hasContent("00\n");
        assertThat(names()).containsExactly("web.raw", "web.roothash");
    }

    @Test
    void whatShallBeReplacedStaysWhenThePullFails() throws IOException {
        Files.createDirectories(images);
        Files.writeString(images.resolve("web.raw"), "old");
        PullRequest request = request("raw,machine,verify=checksum:web:%s");

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> new Puller(options, new FakeTimer())
                        .pull(request.installed(request.installation().replacing()), PullListener.NONE));

        assertThat(images.resolve("web.raw")).hasContent("old");
        assertThat(names()).containsExactly("web.raw");
    }

    @Test
    void aNameThatIsTakenMeanwhileIsNotReplaced() throws IOException {
        PullListener rival = new PullListener() {
            @Override
            public void begins(Preflight preflight) throws PullException {
                try {
                    Files.writeString(images.resolve("web.raw"), "rival");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
        server.on("/d/i.roothash", file("00\n"));

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(
                        () -> new Puller(options, new FakeTimer()).pull(request("raw,machine,verify=no:web:%s"), rival))
                .withMessageContaining("has come into being meanwhile");

        assertThat(images.resolve("web.raw")).hasContent("rival");
        assertThat(names()).containsExactly("web.raw");
    }

    // ---- what dead runs leave

    @Test
    void whatADeadRunLeftIsRemovedAndWhatALiveOneHasStays() throws IOException {
        Path dead = Files.createDirectories(images.resolve(".#pullboot-dead/image/usr"));
        Files.writeString(dead.resolve("x"), "x");
        Path alive = Files.createDirectories(images.resolve(".#pullboot-alive"));
        try (Directory lock = Directory.open(alive)) {
            assertThat(lock.tryLock()).isTrue();

            pull("raw,machine,verify=no:web:%s");

            assertThat(names()).containsExactly(".#pullboot-alive", "web.raw");
        }
    }

    // ---- helpers

    private static void check(byte[] signed, byte[] signature) throws PullException {
        if (!new String(signature, UTF_8).equals("signature of " + new String(signed, UTF_8))) {
            throw new PullException("no key made it");
        }
    }

    private static void checkInline(byte[] signed, byte[] signature) throws PullException {
        String list = line(IMAGE, "i.raw.xz");
        assertThat(new String(signed, UTF_8)).isEqualTo(list);
        assertThat(new String(signature, UTF_8)).isEqualTo(clearSigned(list));
    }

    private static String clearSigned(String text) {
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text
                + "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
    }

    private ThrowableAssertAlternative<PullException> assertFails(String expression) {
        return assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull(expression));
    }

    private PullResult pull(String expression) throws PullException {
        PullListener listener = new PullListener() {
            @Override
            public void warns(String reason) {
                warnings.add(reason);
            }
        };
        return new Puller(options, new FakeTimer()).pull(request(expression), listener);
    }

    private PullRequest request(String expression) throws PullException {
        PullExpression parsed = PullExpression.parse(expression.replace("%s", server.url("/d/i.raw.xz")), null, false);
        return PullRequest.of(parsed, null, BootWords.of(KernelCommandLine.parse("")), null)
                .to(images.resolve(String.valueOf(parsed.destination().getFileName())))
                .installed(Installation.of(parsed, Optional.of(images)));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static ScriptedServer.File file(String text) {
        return ScriptedServer.file(text.getBytes(UTF_8));
    }

    private static String line(byte[] content, String name) {
        return digest(content).hex() + "  " + name + "\n";
    }

    private static Sha256 digest(byte[] content) {
        return Sha256.of(Sha256.digester().digest(content));
    }
}
