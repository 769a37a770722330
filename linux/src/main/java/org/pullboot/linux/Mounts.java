package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Attaches file systems to the directory tree, as mount(2) and umount2(2) do. Needs CAP_SYS_ADMIN. Safe for use from several threads. */
public final class Mounts {
    private static final int MNT_DETACH = 2;

    private Mounts() {}

    /**
     * Mounts a file system.
     *
     * @param source the block device, or any word when the type needs none
     * @param target an existing directory
     * @param type the type's name in /proc/filesystems
     * @param options what the type understands, separated by commas; empty for its defaults
     * @throws LinuxException when the kernel refuses: the type is unknown (ENODEV), say
     */
    public static void mount(String source, Path target, String type, String options, MountFlag... flags)
            throws LinuxException {
        call(source, target, type, options, MountFlag.bits(flags), "mount " + source + " on " + target + " as " + type);
    }

    /** Makes a directory tree appear at a second place, its mounts included. */
    public static void bind(Path source, Path target) throws LinuxException {
        call(
                source.toString(),
                target,
                "none",
                "",
                MountFlag.bits(MountFlag.BIND, MountFlag.RECURSIVE),
                "bind " + source + " on " + target);
    }

    /** Takes a mount from one place to another; both must be in the same mount namespace. */
    public static void move(Path source, Path target) throws LinuxException {
        call(
                source.toString(),
                target,
                "none",
                "",
                MountFlag.bits(MountFlag.MOVE),
                "move the mount " + source + " to " + target);
    }

    /** Changes the flags of one mount (not those of its file system): the given ones are set, all others cleared. */
    public static void changeFlags(Path target, MountFlag... flags) throws LinuxException {
        long bits = MountFlag.bits(flags) | MountFlag.bits(MountFlag.BIND, MountFlag.REMOUNT);
        call("none", target, "none", "", bits, "change the mount flags of " + target);
    }

    /** Keeps mounts below this one from spreading to other mount namespaces, and theirs from coming here. */
    public static void makePrivate(Path target) throws LinuxException {
        long bits = MountFlag.bits(MountFlag.PRIVATE, MountFlag.RECURSIVE);
        call("none", target, "none", "", bits, "make " + target + " private");
    }

    /** Takes a mount out of the tree now, and lets go of its file system once nothing uses it. */
    public static void detach(Path target) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.UMOUNT2, arena.allocateFrom(target.toString()).address(), MNT_DETACH, 0);
            Syscall.check(result, "unmount " + target);
        }
    }

    private static void call(String source, Path target, String type, String options, long flags, String what)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.MOUNT,
                    arena.allocateFrom(source).address(),
                    arena.allocateFrom(target.toString()).address(),
                    arena.allocateFrom(type).address(),
                    flags,
                    arena.allocateFrom(options).address(),
                    0);
            Syscall.check(result, what);
        }
    }
}
