package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.fleet.Generation;

/** What curl, a client that nobody here wrote, gets. */
final class CurlIT {
    private static final byte[] IMAGE = BootServerTest.bytes(50_000_000, 1);

    @TempDir
    Path directory;

    private TestServer server;
    private Generation generation;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(directory, ServerLimits.defaults());
        server.write("os.raw", IMAGE);
        generation = server.publish("os.raw");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aFileIsTheSameAfterwards() throws Exception {
        Path file = directory.resolve("got");

        assertThat(curl("-o", file.toString(), url("os.raw"))).isEqualTo("200");
        assertThat(Files.readAllBytes(file)).isEqualTo(IMAGE);
    }

    @Test
    void aTransferIsResumedWhereItEnded() throws Exception {
        Path file = Files.write(directory.resolve("got"), Arrays.copyOf(IMAGE, 12_345_678));

        assertThat(curl("-C", "-", "-o", file.toString(), url("os.raw"))).isEqualTo("206");
        assertThat(Files.readAllBytes(file)).isEqualTo(IMAGE);
    }

    @Test
    void aFileThatIsThereAlreadyIsNotSentAgain() throws Exception {
        String tag = generation.artifact("os.raw").orElseThrow().entityTag();
        Path none = directory.resolve("none");
        Path got = directory.resolve("got");

        assertThat(curl("-o", got.toString(), url("os.raw"))).isEqualTo("200");
        assertThat(curl("-H", "If-None-Match: " + tag, "-o", none.toString(), url("os.raw")))
                .isEqualTo("304");
        assertThat(curl("-R", "-z", got.toString(), "-o", none.toString(), url("os.raw")))
                .isEqualTo("304");
    }

    @Test
    void severalFilesComeOverOneConnection() throws Exception {
        String file = directory.resolve("list").toString();

        String connects =
                run(List.of("-w", "%{num_connects} ", "-o", file, url("os.raw"), "-o", file, url("SHA256SUMS")));

        assertThat(connects).isEqualTo("1 0 ");
        assertThat(Files.readString(Path.of(file))).endsWith(" *os.raw\n");
    }

    @Test
    void coreutilsFindsTheListRight() throws Exception {
        run(List.of("-o", directory.resolve("SHA256SUMS").toString(), url("SHA256SUMS")));

        Process check = new ProcessBuilder("sha256sum", "--check", "--strict", "SHA256SUMS")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("os.raw: OK");
        assertThat(check.waitFor()).isZero();
    }

    @Test
    void anOlderProtocolAndAProxysFormOfTheTargetWork() throws Exception {
        Path file = directory.resolve("got");

        assertThat(curl("--http1.0", "-o", file.toString(), url("os.raw"))).isEqualTo("200");
        assertThat(curl("--request-target", url("os.raw"), "-o", file.toString(), url("x")))
                .isEqualTo("200");
        assertThat(Files.readAllBytes(file)).isEqualTo(IMAGE);
    }

    private String url(String name) {
        return "http://127.0.0.1:" + server.address().getPort() + "/" + name;
    }

    /** The status of the last answer. */
    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-w", "%{http_code}"));
        all.addAll(List.of(arguments));
        return run(all);
    }

    private static String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "60"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("curl %s", arguments).isZero();
        return out;
    }
}
