package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class TimeSliceTest {
    private static final Path SCHEDULING = Path.of("/proc/thread-self/sched");

    @Test
    void aThreadGetsTheSliceItAsksForAndGivesItBack() throws Exception {
        List<String> slices = onAThread(() -> {
            String before = slice();
            TimeSlice.set(TimeSlice.LONGEST);
            String longest = slice();
            TimeSlice.set(TimeSlice.DEFAULT);
            return List.of(before, longest, slice());
        });

        assumeTrue(!slices.get(0).isEmpty(), "this kernel does not tell slices");
        assertThat(slices.get(1)).isEqualTo("100000000");
        assertThat(slices.get(2)).isEqualTo(slices.get(0));
    }

    @Test
    void aThreadThatIsStartedInheritsIt() throws Exception {
        String inherited = onAThread(() -> {
            TimeSlice.set(TimeSlice.LONGEST);
            return onAThread(TimeSliceTest::slice);
        });

        assumeTrue(!inherited.isEmpty(), "this kernel does not tell slices");
        assertThat(inherited).isEqualTo("100000000");
    }

    @Test
    void aSliceTooShortToWorkInIsNotGiven() throws Exception {
        String slice = onAThread(() -> {
            TimeSlice.set(Duration.ofNanos(1));
            return slice();
        });

        assertThat(slice).isNotEqualTo("1");
    }

    private static <T> T onAThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task).join();
        return task.get();
    }

    /** Kernels from 6.12 on do as they are asked. */
    private static boolean heeded() {
        String[] version = System.getProperty("os.version").split("[^0-9]+", 3);
        return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6012;
    }

    /** In nanoseconds; empty when the kernel does not tell, or does not heed what it is asked. */
    private static String slice() throws IOException {
        if (!heeded() || !Files.isReadable(SCHEDULING)) {
            return "";
        }
        return Files.readAllLines(SCHEDULING).stream()
                .filter(line -> line.startsWith("se.slice"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
