package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntry;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.VariableStore;

/** Needs the variable stores of package ovmf. */
final class WorkDirectoryIT {
    @TempDir
    private Path directory;

    @Test
    void machineHasAFreshStoreWithItsEntry() throws Exception {
        try (WorkDirectory work = new WorkDirectory()) {
            Path file = work.variables(
                    FirmwarePair.find(GuestArchitecture.X86_64),
                    VmOptions.url(BootUri.parse("http://localhost:8081/x.efi")).profile(2));
            BootEntries entries = BootEntries.read(VariableStore.read(file));
            BootEntry entry = entries.entry(WorkDirectory.ENTRY).orElseThrow();
            assertThat(entries.next()).hasValue(WorkDirectory.ENTRY);
            assertThat(entry.option().profile()).hasValue(2);
            assertThat(file).hasParent(work.path());
        }
    }

    @Test
    void storeThatIsKeptIsMadeOnceAndThenLeftAsItIs() throws Exception {
        Path kept = directory.resolve("vars.fd");
        VmOptions options = VmOptions.firmware().variables(kept);
        FirmwarePair firmware = FirmwarePair.find(GuestArchitecture.X86_64);
        try (WorkDirectory work = new WorkDirectory()) {
            assertThat(work.variables(firmware, options)).isEqualTo(kept);
            byte[] before = withEntry(kept);
            assertThat(work.variables(firmware, options)).isEqualTo(kept);
            assertThat(kept).hasBinaryContent(before);
        }
        assertThat(kept).exists();
    }

    private static byte[] withEntry(Path file) throws Exception {
        try (WorkDirectory work = new WorkDirectory()) {
            work.variables(
                    FirmwarePair.find(GuestArchitecture.X86_64),
                    VmOptions.url(BootUri.parse("http://192.0.2.1/x.efi")).variables(file));
            return read(file);
        }
    }

    private static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }
}
