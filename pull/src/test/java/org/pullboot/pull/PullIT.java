package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pulls of what the usual tools make, from the server that every machine has: python3 -m http.server. */
@Timeout(120)
final class PullIT {
    private static final int SIZE = 8_000_000;

    @TempDir
    private Path directory;

    private Process server;
    private String url;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        Files.createDirectory(directory.resolve("www"));
        byte[] image = new byte[SIZE];
        new Random(7).nextBytes(image);
        for (int i = 0; i < SIZE; i++) {
            image[i] = i % 2_000_000 < 500_000 ? 0 : (byte) (image[i] & 0x1f);
        }
        Files.write(directory.resolve("www/image.raw"), image);
        server = new ProcessBuilder("python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0")
                .directory(directory.resolve("www").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        String line = output.readLine();
        assertThat(line).as("python3 -m http.server says where it listens").contains(" port ");
        url = "http://127.0.0.1:" + line.replaceAll(".* port (\\d+).*", "$1") + "/";
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroy();
        server.waitFor();
    }

    @ParameterizedTest
    @CsvSource({
        "true, image.raw",
        "zstd -q -3 image.raw, image.raw.zst",
        "zstd -q -12 --long=27 -T2 image.raw, image.raw.zst",
        "xz -0 -T2 --block-size=1MiB image.raw, image.raw.xz",
        "gzip -1 image.raw, image.raw.gz",
        "bzip2 -1 image.raw, image.raw.bz2"
    })
    void aRawImageComesThrough(String compress, String name) throws IOException, InterruptedException {
        shell("cp image.raw ../original && " + compress + " && sha256sum " + name + " > " + name + ".sha256");

        PullResult result = pull("raw,machine,verify=checksum:rootdisk:" + url + name);

        assertThat(result.verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
        assertThat(result.unpacked()).isEqualTo(SIZE);
        assertThat(result.data()).isLessThan(SIZE - 1_900_000);
        assertThat(Files.mismatch(result.path(), directory.resolve("original"))).isEqualTo(-1);
    }

    @Test
    void theSizeIsKnownBeforeWhenZstdWroteItDown() throws IOException, InterruptedException {
        shell("zstd -q image.raw");
        Listening listener = new Listening();

        pull("raw,machine,verify=no:rootdisk:" + url + "image.raw.zst", listener);

        assertThat(listener.beginnings.getFirst().atMost()).isEqualTo(SIZE);
    }

    @Test
    void aTarComesThrough() throws IOException, InterruptedException {
        shell("mkdir -p root/etc root/usr/bin && echo ID=debian > root/etc/os-release && cp image.raw root/usr/bin/x"
                + " && ln -s ../usr/bin/x root/etc/x && chmod 4755 root/usr/bin/x"
                + " && tar -C root --zstd -cf root.tar.zst . && sha256sum root.tar.zst > SHA256SUMS");

        PullResult result = pull("tar,machine,verify=checksum:root:" + url + "root.tar.zst");

        assertThat(result.path().resolve("etc/os-release")).hasContent("ID=debian");
        assertThat(result.path().resolve("etc/x")).isSymbolicLink();
        assertThat(Files.mismatch(result.path().resolve("usr/bin/x"), directory.resolve("www/image.raw")))
                .isEqualTo(-1);
        assertThat(Files.getAttribute(result.path().resolve("usr/bin/x"), "unix:mode"))
                .isEqualTo(0104755);
    }

    private PullResult pull(String expression) throws PullException {
        return pull(expression, PullListener.NONE);
    }

    private PullResult pull(String expression, PullListener listener) throws PullException {
        PullExpression parsed = PullExpression.parse(expression, null, true);
        BootWords words = BootWords.of(KernelCommandLine.parse(""));
        PullRequest request = PullRequest.of(parsed, null, words, null)
                .to(directory.resolve(parsed.destination().getFileName()));
        return new Puller(PullOptions.defaults("it")).pull(request, listener);
    }

    private void shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("sh", "-c", command))
                .directory(directory.resolve("www").toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as(command).isZero();
    }
}
