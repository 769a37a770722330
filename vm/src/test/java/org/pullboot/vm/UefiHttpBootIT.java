package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.VariableStore;

/** Real QEMU and OVMF. */
final class UefiHttpBootIT {
    private static final Path STUB = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void firmwareFetchesTheProgramAndStartsIt() throws Exception {
        try (HttpFixture server = new HttpFixture(Files.readAllBytes(STUB))) {
            VmOptions options = VmOptions.url(BootUri.parse("http://localhost:" + server.port() + "/boot/x.efi"))
                    .memory(512)
                    .timeout(LIMIT);
            VmOutcome outcome;
            BootEntries after;
            try (VirtualMachine machine = VirtualMachine.start(options, console)) {
                outcome = machine.await();
                after = BootEntries.read(VariableStore.read(machine.directory().resolve("variables.fd")));
            }
            // A stub without a kernel gives up at once, and the firmware says so.
            assertThat(outcome).as(console.toString(StandardCharsets.UTF_8)).isInstanceOf(VmOutcome.NotBooted.class);
            assertThat(outcome.message()).contains("failed to start Boot0099").contains("10.0.2.2");
            assertThat(server.requests()).startsWith("HEAD /boot/x.efi HTTP/1.1", "GET /boot/x.efi HTTP/1.1");
            assertThat(after.next()).isEmpty();
            assertThat(after.entry(WorkDirectory.ENTRY)
                            .orElseThrow()
                            .option()
                            .paths()
                            .get(0)
                            .uri())
                    .contains("http://10.0.2.2:" + server.port() + "/boot/x.efi");
        }
    }
}
