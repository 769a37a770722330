package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the kernel that suit the agent and not the system it hands over to, so they are put back before that.
 *
 * <p>One thread at a time.
 */
final class KernelSettings {
    private final Path sysctl;
    private final List<Setting> changed = new ArrayList<>();

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
    void hideHandledFaults() throws IOException {
        change("debug/exception-trace", "0\n");
    }

    /** The kernel keeps a program's messages down to a few in some seconds unless told otherwise. */
    void allowManyMessages() throws IOException {
        change("kernel/printk_devkmsg", "on\n");
    }

    private void change(String name, String value) throws IOException {
        Path file = sysctl.resolve(name);
        if (Files.exists(file)) {
            String before = Files.readString(file, StandardCharsets.ISO_8859_1);
            Files.writeString(file, value, StandardCharsets.ISO_8859_1);
            changed.add(new Setting(file, before));
        }
    }

    /** Puts everything back, the last change first. */
    void restore() throws IOException {
        while (!changed.isEmpty()) {
            Setting setting = changed.removeLast();
            Files.writeString(setting.file, setting.before, StandardCharsets.ISO_8859_1);
        }
    }
}
