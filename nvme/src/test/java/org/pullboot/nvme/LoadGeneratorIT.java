package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads of every mode, checked by two programs that share nothing: ours, always; and one in C by somebody else, when the
 * variable {@value #SOURCE} says where its source is.
 */
final class LoadGeneratorIT extends HostileCase {
    private static final String SOURCE = "PULLBOOT_LOADGEN";
    private static final String SUBSYSTEM = "-n " + HostileExports.SUBSYSTEM;

    @TempDir
    Path directory;

    /** A way of loading a target, for each of the two. */
    enum Mode {
        READ("-o randread -c 4", InitiatorLoad.Kind.READ, Change.NONE),
        SEQUENTIAL_READ("-o read -b 128k -q 8", InitiatorLoad.Kind.READ, Change.LARGE),
        WRITE_IN_CAPSULE("-o randwrite -V", InitiatorLoad.Kind.WRITE, Change.NONE),
        WRITE_ON_DEMAND("-o randwrite -V -I", InitiatorLoad.Kind.WRITE, Change.ON_DEMAND),
        LARGE_WRITE("-o write -b 128k -q 8 -V", InitiatorLoad.Kind.WRITE, Change.LARGE),
        MIXED("-o randrw -V", InitiatorLoad.Kind.MIXED, Change.NONE),
        MIXED_ON_DEMAND("-o randrw -V -I -c 4", InitiatorLoad.Kind.MIXED, Change.ON_DEMAND),
        HEADER_DIGEST("-o randrw -V -d", InitiatorLoad.Kind.MIXED, Change.HEADER_DIGEST),
        DATA_DIGEST("-o randrw -V -D", InitiatorLoad.Kind.MIXED, Change.DATA_DIGEST),
        BOTH_DIGESTS("-o randrw -V -d -D -I", InitiatorLoad.Kind.MIXED, Change.BOTH_DIGESTS),
        ALIGNED("-o randrw -V -A 7", InitiatorLoad.Kind.MIXED, Change.ALIGNED),
        ALIGNED_WITH_DIGESTS("-o randrw -V -A 31 -d -D", InitiatorLoad.Kind.MIXED, Change.ALIGNED),
        DURABLE("-o randwrite -V -F", InitiatorLoad.Kind.WRITE_FLUSH, Change.NONE),
        MANY_CONTROLLERS("-o randrw -V -C 16 -c 2 -q 8", InitiatorLoad.Kind.MIXED, Change.CONTROLLERS),
        KEPT_ALIVE("-o randrw -V -K 2000", InitiatorLoad.Kind.MIXED, Change.KEEP_ALIVE),
        DEPTH_ONE("-o randread -q 1", InitiatorLoad.Kind.READ, Change.SHALLOW);

        private final String options;
        private final InitiatorLoad.Kind kind;
        private final Change change;

        Mode(String options, InitiatorLoad.Kind kind, Change change) {
            this.options = options;
            this.kind = kind;
            this.change = change;
        }
    }

    /** What a mode changes in the usual load. */
    private enum Change {
        NONE,
        LARGE,
        ON_DEMAND,
        HEADER_DIGEST,
        DATA_DIGEST,
        BOTH_DIGESTS,
        ALIGNED,
        CONTROLLERS,
        KEEP_ALIVE,
        SHALLOW
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void ourGeneratorFindsNothing(Mode mode) throws Exception {
        InitiatorLoad load = changed(plan(), mode);
        InitiatorLoadResult result = InitiatorLoadRun.run(address(), load, OptionalLong.empty());

        assertThat(result.errors()).isZero();
        assertThat(result.commands()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @EnabledIfEnvironmentVariable(named = SOURCE, matches = ".+", disabledReason = "the other generator is not here")
    void theOtherGeneratorFindsNothing(Mode mode) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(compiled().toString(), "-p", Integer.toString(address().getPort())));
        command.addAll(List.of((SUBSYSTEM + " -w 0 -t 1 " + mode.options).split(" ", -1)));

        assertThat(run(command)).contains("IOPS");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = SOURCE, matches = ".+", disabledReason = "the other generator is not here")
    void theOtherGeneratorMayGoWithoutAWord() throws Exception {
        List<String> command = new ArrayList<>(
                List.of(compiled().toString(), "-p", Integer.toString(address().getPort())));
        command.addAll(List.of((SUBSYSTEM + " -w 0 -t 1 -o randrw -C 4 -K 1000 --abrupt").split(" ", -1)));

        assertThat(run(command)).contains("IOPS");
    }

    private static InitiatorLoad changed(InitiatorPlan plan, Mode mode) {
        InitiatorLoad load = InitiatorLoad.of(plan, mode.kind, 32, 3_000);
        InitiatorOptions plain = InitiatorOptions.PLAIN;
        return switch (mode.change) {
            case NONE -> load;
            case LARGE -> InitiatorLoad.of(plan, mode.kind, 8, 400).withBlockBytes(128 << 10);
            case ON_DEMAND -> load.onDemand();
            case HEADER_DIGEST ->
                InitiatorLoad.of(plan.withOptions(plain.withDigests(true, false)), mode.kind, 32, 3_000);
            case DATA_DIGEST ->
                InitiatorLoad.of(plan.withOptions(plain.withDigests(false, true)), mode.kind, 32, 3_000);
            case BOTH_DIGESTS ->
                InitiatorLoad.of(plan.withOptions(plain.withDigests(true, true)), mode.kind, 32, 3_000)
                        .onDemand();
            case ALIGNED ->
                InitiatorLoad.of(plan.withOptions(new InitiatorOptions(15, true, true, 0)), mode.kind, 32, 3_000);
            case CONTROLLERS -> InitiatorLoad.of(plan, mode.kind, 8, 6_000).withControllers(16);
            case KEEP_ALIVE -> InitiatorLoad.of(plan.withKeepAlive(1_000), mode.kind, 32, 30_000);
            case SHALLOW -> InitiatorLoad.of(plan.withoutFlowControl(), mode.kind, 1, 1_000);
        };
    }

    private Path compiled() throws IOException, InterruptedException {
        Path program = directory.resolve("loadgen");
        String source = Optional.ofNullable(System.getenv(SOURCE)).orElseThrow();
        run(List.of("gcc", "-O2", "-pthread", "-o", program.toString(), source));
        return program;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).as("%s says: %s", command, output).isZero();
        return output;
    }
}
