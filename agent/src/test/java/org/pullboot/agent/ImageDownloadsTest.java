package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.ServerTrust;

final class ImageDownloadsTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path root;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private TrainingServer server;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/meminfo"), "MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n");
        Files.createDirectories(root.resolve("run"));
        server = TrainingServer.start(
                Map.of("a.raw", CONTENT, "b.raw", CONTENT, "a.verity", CONTENT, "a.roothash", CONTENT));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void everyClassHasItsDirectoryInMemory() throws Exception {
        ImageDownloads downloads = downloads(false, "raw,sysext,verify=no:a:", "raw,portable,verify=no:b:");

        downloads.intoMemory();

        assertThat(root.resolve("run/extensions/a.raw")).hasBinaryContent(CONTENT);
        assertThat(root.resolve("run/portables/b.raw")).hasBinaryContent(CONTENT);
        assertThat(permissions("run/extensions")).isEqualTo("rwxr-xr-x");
        assertThat(permissions("run/portables")).isEqualTo("rwx------");
        assertThat(downloads.isComplete()).isTrue();
    }

    @Test
    void theRootIsInMemoryWhateverItsExpressionSays() throws Exception {
        ImageDownloads downloads = downloads(false);

        downloads.root(image("raw,machine,verify=no,runtime=no:a:"), false);

        assertThat(root.resolve("run/machines/a.raw")).hasBinaryContent(CONTENT);
    }

    @Test
    void theHashTreeOfABareFileSystemComesWithItsRoot() throws Exception {
        downloads(false).root(image("raw,machine,verify=no:a:"), true);

        assertThat(root.resolve("run/machines/a.verity")).hasBinaryContent(CONTENT);
        assertThat(root.resolve("run/machines/a.roothash")).hasBinaryContent(CONTENT);
    }

    @Test
    void theHashTreeOfAPinnedImageIsPulledByItself() throws Exception {
        String pin = "rd.pullboot.digest=a.raw:sha256:"
                + Sha256.of(Sha256.digester().digest(CONTENT)).hex();

        downloads(false, BootWords.of(KernelCommandLine.parse(pin))).root(image("raw,machine,verify=no:a:"), true);

        assertThat(root.resolve("run/machines/a.verity")).hasBinaryContent(CONTENT);
        assertThat(root.resolve("run/machines/a.roothash")).doesNotExist();
    }

    @Test
    void anImageThatIsNotTheRootIsDoneWithout() throws Exception {
        ImageDownloads downloads = downloads(false, "raw,sysext,verify=no:missing:", "raw,confext,verify=no:b:");

        downloads.intoMemory();

        assertThat(root.resolve("run/confexts/b.raw")).exists();
        assertThat(downloads.isComplete()).isFalse();
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .contains("going on without /run/extensions/missing.raw: cannot pull missing.raw");
    }

    @Test
    void everyImageCountsWhereTheFailureActionIsNamed() throws Exception {
        ImageDownloads downloads = downloads(true, "raw,sysext,verify=no:missing:");

        assertThatThrownBy(downloads::intoMemory).isInstanceOf(PullException.class);
        assertThat(Settings.everyDownloadCounts(
                        KernelCommandLine.parse("rd.systemd.pull.failure_action=poweroff-force")))
                .isTrue();
        assertThat(Settings.everyDownloadCounts(KernelCommandLine.parse("rd.systemd.pull.failure_action=none")))
                .isFalse();
        assertThat(Settings.everyDownloadCounts(KernelCommandLine.parse(""))).isFalse();
    }

    @Test
    void whatStaysGoesOntoTheRootOnce() throws Exception {
        Path sysroot = root.resolve("sysroot");
        Files.createDirectories(sysroot.resolve("real/lib"));
        // Where it leads to once this is the root.
        Files.createSymbolicLink(sysroot.resolve("var"), Path.of("/real"));
        ImageDownloads downloads = downloads(false, "raw,sysext,verify=no,runtime=no:a:");

        downloads.intoMemory();
        downloads.ontoRoot(sysroot, true);
        downloads.ontoRoot(sysroot, true);

        assertThat(sysroot.resolve("real/lib/extensions/a.raw")).hasBinaryContent(CONTENT);
        assertThat(root.resolve("run/extensions")).doesNotExist();
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("/var/lib/extensions/a.raw is there already");
    }

    private ImageDownloads downloads(boolean strict, String... expressions) throws Exception {
        return downloads(strict, BootWords.of(KernelCommandLine.parse("")), expressions);
    }

    private ImageDownloads downloads(boolean strict, BootWords words, String... expressions) throws Exception {
        Console console = Console.early(screen);
        ServerEvents events = new ServerEvents();
        Downloads downloads =
                new Downloads(root, words, ServerTrust.USUAL, null, null, console, events, Uptime.fromNow());
        List<PullExpression> images = new ArrayList<>();
        for (String expression : expressions) {
            images.add(image(expression));
        }
        return new ImageDownloads(downloads, root, images, strict, console, events, Uptime.fromNow());
    }

    /** An expression whose image is on the server under its local name. */
    private PullExpression image(String expression) {
        String local = expression.split(":", -1)[1];
        String text = expression + server.url() + "/" + local + ".raw";
        return ImagePulls.parse(List.of(text), null).all().getFirst();
    }

    private String permissions(String directory) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(directory)));
    }
}
