package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real QEMU, and the kernel of Debian sid from a tree that {@code e2e/images/tools-tree.sh} makes once. */
final class DirectKernelIT {
    private static final Path SCRIPT = Path.of("..", "e2e", "images", "tools-tree.sh");

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void kernelWithoutARootPanicsAndThatIsSeen() throws Exception {
        VmOptions options = VmOptions.kernel(kernel(), "console=ttyS0 root=none panic=0")
                .memory(512)
                .timeout(Duration.ofMinutes(5));
        VmOutcome outcome = VirtualMachine.run(options, console);
        assertThat(outcome)
                .as(console.toString(StandardCharsets.UTF_8))
                .isInstanceOfSatisfying(
                        VmOutcome.Panicked.class,
                        panic -> assertThat(panic.line()).contains("Kernel panic - not syncing: VFS"));
        assertThat(console.toString(StandardCharsets.UTF_8)).contains("Linux version ");
    }

    private static Path kernel() throws IOException, InterruptedException {
        String given = Optional.ofNullable(System.getenv("PULLBOOT_TOOLS_TREE")).orElse("");
        Path tree = Path.of(given.isEmpty() ? make() : given);
        try (Stream<Path> files =
                Files.find(tree.resolve("usr/lib/modules"), 2, (file, attributes) -> file.endsWith("vmlinuz"))) {
            return files.findFirst().orElseThrow(() -> new AssertionError("no kernel in " + tree));
        }
    }

    private static String make() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", SCRIPT.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as("exit status of %s", SCRIPT).isZero();
        return output;
    }
}
