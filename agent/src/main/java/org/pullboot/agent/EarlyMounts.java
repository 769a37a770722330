package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;

/** The file systems that Linux itself provides, where every program expects them; init gets them as they are. */
final class EarlyMounts {
    /** The rootfs is capped at half of the memory, so images live in /run, which may have nearly all. */
    static final String RUN_SIZE = "size=90%";

    /** A tar becomes many small files; systemd's own 800k is too tight for some images. */
    private static final String RUN_OPTIONS = "mode=0755," + RUN_SIZE + ",nr_inodes=2m";

    private EarlyMounts() {}

    /**
     * Mounts /proc, /sys, /dev and /run.
     *
     * @param root what they are below: /
     */
    static void mount(Path root) throws IOException {
        one(root, "proc", "proc", "", MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC);
        one(root, "sys", "sysfs", "", MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC);
        one(root, "dev", "devtmpfs", "mode=0755", MountFlag.NO_SUID);
        one(root, "run", "tmpfs", RUN_OPTIONS, MountFlag.NO_SUID, MountFlag.NO_DEV);
    }

    private static void one(Path root, String name, String type, String options, MountFlag... flags)
            throws IOException {
        Path directory = root.resolve(name);
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
        }
        Mounts.mount(type, directory, type, options, flags);
    }

    /**
     * Changes how large /run may become.
     *
     * @param size as tmpfs understands it: "size=90%", say
     */
    static void resizeRun(Path root, String size) throws LinuxException {
        Mounts.mount(
                "tmpfs", root.resolve("run"), "tmpfs", size, MountFlag.REMOUNT, MountFlag.NO_SUID, MountFlag.NO_DEV);
    }
}
