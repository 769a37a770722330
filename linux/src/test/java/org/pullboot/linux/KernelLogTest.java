package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelLogTest {
    @TempDir
    private Path directory;

    @Test
    void onlyTheTextOfARecordCounts() {
        assertThat(KernelLog.text("3,812,2345678,-;nvme nvme0: failed\n SUBSYSTEM=nvme\n DEVICE=c241:0\n"))
                .isEqualTo("nvme nvme0: failed");
        assertThat(KernelLog.text("no record")).isEqualTo("no record");
    }

    @Test
    void whatWasLoggedBeforeIsNotNews() throws IOException {
        Path file = Files.writeString(directory.resolve("kmsg"), "6,1,1,-;old\n");
        try (KernelLog log = KernelLog.open(file)) {
            assertThat(log.news()).isEmpty();
            Files.writeString(file, "6,2,2,-;new\n", StandardOpenOption.APPEND);
            assertThat(log.news()).containsExactly("new");
            assertThat(log.news()).isEmpty();
        }
    }

    @Test
    void whatWasLoggedBeforeCanBeReadToo() throws IOException {
        // A device gives one record a read; a file all it has, so one is enough here.
        Path file = Files.writeString(directory.resolve("kmsg"), "6,1,1,-;old\n");
        try (KernelLog log = KernelLog.openAll(file)) {
            assertThat(log.news()).containsExactly("old");
        }
    }

    @Test
    void theKernelTellsWhatIsWrittenToItsLog() throws IOException {
        assumeThat(Files.isWritable(Kmsg.DEVICE)).isTrue();
        try (KernelLog log = KernelLog.open(Kmsg.DEVICE);
                Kmsg kmsg = Kmsg.open(Kmsg.DEVICE)) {
            kmsg.write(Kmsg.Level.DEBUG, "pullboot test of the kernel log");
            assertThat(log.news()).anyMatch(text -> text.contains("pullboot test of the kernel log"));
        }
    }

    @Test
    void oneLineIsWrittenToTheFabricsAndItsAnswerRead() throws IOException {
        Path device = Files.writeString(directory.resolve("nvme-fabrics"), "");
        NvmeFabrics fabrics = new NvmeFabrics(device);

        // A plain file has its position behind what was written, so the answer is what follows there.
        Files.writeString(device, "____instance=0,cntlid=1\n");
        assertThat(fabrics.connect("nqn=")).isEqualTo("instance=0,cntlid=1");
        assertThat(fabrics.options()).isEqualTo("nqn=instance=0,cntlid=1");
    }

    @Test
    void aRefusalDoesNotShowTheOptions() {
        NvmeFabrics fabrics = new NvmeFabrics(directory.resolve("missing"));

        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> fabrics.connect("dhchap_secret=hush"))
                .withMessageNotContaining("hush")
                .satisfies(refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOENT));
    }
}
