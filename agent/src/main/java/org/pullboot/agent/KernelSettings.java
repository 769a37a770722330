package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.TimeSlice;

/**
 * Settings of the kernel that suit the agent and not the system it hands over to, so they are put back before that.
 *
 * <p>One thread at a time.
 */
final class KernelSettings {
    private final Path sysctl;
    private final List<Setting> changed = new ArrayList<>();
    private boolean longTurns;

    private record Setting(Path file, String before) {}

    /**
     * Nothing is changed yet.
     *
     * @param sysctl /proc/sys, or a directory in its place
     */
    KernelSettings(Path sysctl) {
        this.sysctl = sysctl;
    }

    /** HotSpot provokes segmentation faults on purpose; the kernel would log each one, as it thinks init handles none. */
    void hideHandledFaults() {
        change("debug/exception-trace", "0\n");
    }

    /** The kernel keeps a program's messages down to a few in some seconds unless told otherwise. */
    void allowManyMessages() {
        change("kernel/printk_devkmsg", "on\n");
    }

    /**
     * Lets this thread, and those it starts from now on, run longer at a time: downloading keeps several of them busy, and
     * a switch between them costs an emulated machine much.
     *
     * @throws LinuxException when the kernel refuses
     */
    void takeLongTurns() throws LinuxException {
        TimeSlice.set(TimeSlice.LONGEST);
        longTurns = true;
    }

    /** A setting that the kernel does not have, or that the command line has locked, only costs some clarity. */
    @SuppressWarnings("EmptyCatch")
    private void change(String name, String value) {
        Path file = sysctl.resolve(name);
        try {
            String before = Files.readString(file, StandardCharsets.ISO_8859_1);
            write(file, value);
            changed.add(new Setting(file, before));
        } catch (IOException unchanged) {
            // Then there is nothing to put back either.
        }
    }

    /**
     * Puts everything back, the last change first. To be called by the thread that made the changes.
     *
     * @throws IOException when the kernel does not take a value that it gave
     */
    void restore() throws IOException {
        while (!changed.isEmpty()) {
            Setting setting = changed.removeLast();
            write(setting.file, setting.before);
        }
        if (longTurns) {
            TimeSlice.set(TimeSlice.DEFAULT);
            longTurns = false;
        }
    }

    /** A setting that is not there is not made. */
    private static void write(Path file, String value) throws IOException {
        Files.writeString(
                file,
                value,
                StandardCharsets.ISO_8859_1,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}
