package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Compression;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;

/** A pull of a tar; what extraction itself does is tested where it is. */
@Timeout(60)
final class TarPullTest {
    @TempDir
    private Path directory;

    private ScriptedServer server;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        target = directory.resolve("machines/root");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aTarBecomesATree() throws IOException {
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 5);
        byte[] tar = tar("etc/os-release", "ID=x\n".getBytes(UTF_8), "usr/lib/libsize.so", large);
        server.on("/r.tar.gz", ScriptedServer.file(gzip(tar)));

        PullResult result = pull(null, null);

        assertThat(target.resolve("etc/os-release")).hasContent("ID=x\n");
        assertThat(target.resolve("usr/lib/libsize.so")).hasBinaryContent(large);
        assertThat(result.compression()).isEqualTo(Compression.GZIP);
        assertThat(result.unpacked()).isEqualTo(tar.length);
        assertThat(result.path()).isEqualTo(target);
        try (var entries = Files.list(target.getParent())) {
            assertThat(entries).containsExactly(target);
        }
    }

    @Test
    void aDroppedTransferGoesOn() throws IOException {
        byte[] tar = tar("a", new byte[5_000_000], "b", "b".getBytes(UTF_8));
        server.on(
                "/r.tar.gz",
                ScriptedServer.file(tar).etag("\"t\"").cutAfter(4_000_000),
                ScriptedServer.file(tar).etag("\"t\""));

        pull(null, null);

        assertThat(target.resolve("b")).hasContent("b");
    }

    @Test
    void anArchiveOfThisMachineIsReadToItsEnd() throws IOException {
        byte[] tar = tar("a", new byte[10]);
        byte[] padded = Arrays.copyOf(tar, tar.length + 2_000_000);
        server.on("/r.tar.gz", ScriptedServer.file(padded));

        assertThat(pull(null, null).unpacked()).isEqualTo(padded.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/evil", "a/../../evil"})
    void anArchiveThatWantsToLeaveItsDirectoryIsAnErrorAndLeavesNothing(String name) throws IOException {
        server.on("/r.tar.gz", ScriptedServer.file(gzip(tar("good", new byte[10], name, new byte[10]))));

        assertFails(null, null).withMessageContaining("evil");
        assertNothingIsLeft();
    }

    @Test
    void aTruncatedArchiveIsAnErrorAndLeavesNothing() throws IOException {
        byte[] tar = tar("deep/er/and/deeper/file", new byte[100_000], "other", new byte[100_000]);
        server.on("/r.tar.gz", ScriptedServer.file(Arrays.copyOf(tar, 150_000)));

        assertFails(null, null).withMessageContaining("cannot pull r.tar.gz");
        assertNothingIsLeft();
    }

    @Test
    void aWrongDigestIsAnErrorAndLeavesNothing() throws IOException {
        server.on("/r.tar.gz", ScriptedServer.file(gzip(tar("etc/passwd", new byte[10], "größe", new byte[10]))));

        assertFails(new Sha256("ab".repeat(32)), null).withMessageContaining("pins sha256:abab");
        assertNothingIsLeft();
    }

    @Test
    void aBombIsAnErrorAndLeavesNothing() throws IOException {
        server.on("/r.tar.gz", ScriptedServer.file(gzip(tar("zeros", new byte[50_000_000]))));

        assertFails(null, new DeclaredSize(1_000_000, 1_000_000)).withMessageContaining("at most 1000000 are allowed");
        assertNothingIsLeft();
    }

    @Test
    void aDiskImageIsNoTar() throws IOException {
        byte[] disk = new byte[100_000];
        System.arraycopy("EFI PART".getBytes(UTF_8), 0, disk, 512, 8);
        server.on("/r.tar.gz", ScriptedServer.file(gzip(disk)));

        assertFails(null, null).withMessageContaining("expected a tar archive, but it is a disk image");
        assertNothingIsLeft();
    }

    @Test
    void aTarIsNoDiskImage() throws IOException {
        server.on("/r.tar.gz", ScriptedServer.file(gzip(tar("a", new byte[10]))));

        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> pull(PullType.RAW, null, null))
                .withMessageContaining("expected a raw disk image, but it is a tar archive: pull it as tar");
    }

    private PullResult pull(@Nullable Sha256 digest, @Nullable DeclaredSize size) throws PullException {
        return pull(PullType.TAR, digest, size);
    }

    private PullResult pull(PullType type, @Nullable Sha256 digest, @Nullable DeclaredSize size) throws PullException {
        PullRequest request = new PullRequest(
                "r.tar.gz",
                type,
                List.of(server.url("/r.tar.gz")),
                target,
                Verification.NO,
                digest,
                size,
                false,
                PullRequest.DEFAULT_LIMIT,
                PullRequest.DEFAULT_LIMIT);
        return new Puller(PullOptions.defaults("1"), new FakeTimer()).pull(request, PullListener.NONE);
    }

    private ThrowableAssertAlternative<PullException> assertFails(
            @Nullable Sha256 digest, @Nullable DeclaredSize size) {
        return assertThatExceptionOfType(PullException.class).isThrownBy(() -> pull(digest, size));
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(target.getParent()).isEmptyDirectory();
        assertThat(directory.resolve("evil")).doesNotExist();
        assertThat(Path.of("/evil")).doesNotExist();
    }

    /** An archive of files: names and contents in turn. */
    private static byte[] tar(Object... files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (int i = 0; i < files.length; i += 2) {
                byte[] content = (byte[]) files[i + 1];
                writer.add(
                        TarEntry.file(((String) files[i]).getBytes(UTF_8), content.length)
                                .permissions(0644)
                                .build(),
                        new ByteArrayInputStream(content));
            }
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
