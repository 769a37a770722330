package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.MountFlag;

/**
 * The value of {@code rootflags=}, parted as mount(8) parts it.
 *
 * @param flags what applies to the mount
 * @param data what the file system itself understands, separated by commas
 */
record RootFlags(List<MountFlag> flags, String data) {
    /** Copies the list. */
    RootFlags {
        flags = List.copyOf(flags);
    }

    /** Parts the options; systemd's own ("x-systemd…") and those that only confirm a default are looked over. */
    static RootFlags parse(String value) {
        List<MountFlag> flags = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        int start = 0;
        while (start <= value.length()) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            String option = value.substring(start, end);
            start = end + 1;
            switch (option) {
                case "", "ro", "rw", "defaults", "suid", "dev", "exec", "auto", "noauto", "discard" -> {}
                case "relatime", "atime", "diratime" -> {}
                case "noatime" -> flags.add(MountFlag.NO_ATIME);
                case "nodiratime" -> flags.add(MountFlag.NO_DIRECTORY_ATIME);
                case "strictatime" -> flags.add(MountFlag.STRICT_ATIME);
                case "lazytime" -> flags.add(MountFlag.LAZY_TIME);
                case "nosuid" -> flags.add(MountFlag.NO_SUID);
                case "nodev" -> flags.add(MountFlag.NO_DEV);
                case "noexec" -> flags.add(MountFlag.NO_EXEC);
                default -> {
                    if (!option.startsWith("x-") && !option.startsWith("_")) {
                        data.append(data.isEmpty() ? "" : ",").append(option);
                    }
                }
            }
        }
        return new RootFlags(flags, data.toString());
    }
}
