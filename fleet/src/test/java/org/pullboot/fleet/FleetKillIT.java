package org.pullboot.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Sha256;

/** What was acknowledged is there after the server was killed, and the next start needs no repair. */
final class FleetKillIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aServerThatIsKilledLosesNothingItAcknowledged(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Path state = directory.resolve("state");
        for (int round = 0; round < 3; round++) {
            List<String> acknowledged = runAndKill(state, 1 + random.nextInt(40));
            try (Fleet fleet = Fleet.open(state, Clock.systemUTC(), FleetLimits.defaults())) {
                fleet.serve(Set.of(FleetWriter.SOURCE));
                String generation = last(acknowledged, "generation ");
                String boot = last(acknowledged, "boot ");
                assertThat(fleet.generations())
                        .as("seed %d, round %d", seed, round)
                        .extracting(Generation::id)
                        .contains(new GenerationId(generation));
                assertThat(fleet.active()).extracting(Boot::id).contains(boot);
                for (Generation kept : fleet.generations()) {
                    assertWhole(fleet, kept);
                }
            }
        }
    }

    private static void assertWhole(Fleet fleet, Generation generation) throws IOException {
        Visit visit = new Visit("10.1.1.1", "curl", false, false, null);
        Answer answer = fleet.find(visit, generation.id(), FleetWriter.NAME);
        assertThat(answer).isInstanceOf(Answer.Found.class);
        try (OpenArtifact artifact = ((Answer.Found) answer).artifact()) {
            ByteBuffer bytes = ByteBuffer.allocate((int) artifact.artifact().size());
            artifact.file().channel().read(bytes, 0);
            assertThat(Sha256.of(Sha256.digester().digest(bytes.array())))
                    .isEqualTo(artifact.artifact().digest());
        }
    }

    /** Lets it acknowledge so many things, then kills it in the middle of the next one. */
    private List<String> runAndKill(Path state, int lines) throws IOException, InterruptedException {
        String classPath = String.join(
                ":",
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                Path.of("target/test-classes").toAbsolutePath().toString());
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath,
                        FleetWriter.class.getName(),
                        state.toString(),
                        directory.resolve("os.efi").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader out = writer.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == lines + 1) {
                    // Not through the process itself: that would close its output, and lose what it said.
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThan(1);
        assertThat(Files.exists(state.resolve("fleet.db"))).isTrue();
        return acknowledged;
    }

    private static String last(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix) && line.length() >= prefix.length() + 16)
                .reduce((first, second) -> second)
                .orElseThrow()
                .substring(prefix.length());
    }
}
