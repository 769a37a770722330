package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training run as the initrd's builder starts it, with and without privileges (setpriv). */
final class TrainingIT {
    @TempDir
    private Path directory;

    @Test
    void theAgentTrainsAndLeavesNothingBehind() throws Exception {
        train(List.of());
    }

    @Test
    void trainingNeedsNoPrivileges() throws Exception {
        train(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    }

    private void train(List<String> prefix) throws Exception {
        List<String> command = Stream.concat(
                        prefix.stream(),
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin/java")
                                        .toString(),
                                "-Djava.io.tmpdir=" + directory,
                                "--enable-native-access=org.pullboot.linux",
                                "--module-path",
                                System.getProperty("jdk.module.path"),
                                "-m",
                                "org.pullboot.agent/org.pullboot.agent.Agent",
                                "--train"))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isEqualTo("pullboot: trained\r\n");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }
}
