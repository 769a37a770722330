package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** What only the first process does: hands the machine over to another program, or ends it. */
public final class InitProcess {
    private static final long REBOOT_MAGIC_1 = 0xFEE1DEADL;
    private static final long REBOOT_MAGIC_2 = 672274793;
    private static final int SIG_SETMASK = 2;
    private static final int SIGNAL_SET_BYTES = 8;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int FIRST_AFTER_STANDARD_STREAMS = 3;
    private static final long LAST_DESCRIPTOR = 0xFFFFFFFFL;

    private InitProcess() {}

    /** How a machine ends, as in reboot(2). */
    public enum Ending {
        RESTART(0x01234567L),
        HALT(0xCDEF0123L),
        POWER_OFF(0x4321FEDCL);

        private final long command;

        Ending(long command) {
            this.command = command;
        }
    }

    /** Ends the machine at once; nothing is written back, nobody is asked. */
    public static void end(Ending ending) throws LinuxException {
        long result = Syscall.call(SyscallNumber.REBOOT, REBOOT_MAGIC_1, REBOOT_MAGIC_2, ending.command);
        Syscall.check(result, "reboot(" + ending + ")");
    }

    /** Writes back what file systems hold in memory, as sync(2). */
    public static void sync() {
        Syscall.call(SyscallNumber.SYNC, 0, 0, 0);
    }

    /**
     * Sets the bits that new files do not get.
     *
     * @return what they were
     */
    public static int umask(int bits) {
        return (int) Syscall.call(SyscallNumber.UMASK, bits, 0, 0);
    }

    /** Makes a directory the working directory of the process. */
    public static void changeDirectory(Path directory) throws LinuxException {
        pathCall(SyscallNumber.CHDIR, directory.toString(), "change to directory ");
    }

    /** Makes a directory the root of the process; the working directory stays what it is. */
    public static void changeRoot(String directory) throws LinuxException {
        pathCall(SyscallNumber.CHROOT, directory, "change the root to ");
    }

    private static void pathCall(SyscallNumber number, String path, String what) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(number, arena.allocateFrom(path).address(), 0, 0);
            Syscall.check(result, what + path);
        }
    }

    /** Unblocks every signal in the calling thread: execve(2) hands its mask on, and HotSpot blocks SIGQUIT. */
    public static void unblockSignals() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = arena.allocate(SIGNAL_SET_BYTES, Long.BYTES);
            long result =
                    Syscall.call(SyscallNumber.RT_SIGPROCMASK, SIG_SETMASK, none.address(), 0, SIGNAL_SET_BYTES, 0, 0);
            Syscall.check(result, "unblock signals");
        }
    }

    /**
     * Has execve(2) close every descriptor but standard input, output and error; until then all stay open.
     *
     * <p>Else init would keep the Java runtime's files, and the memory of the deleted initramfs with them.
     */
    public static void closeDescriptorsOnExecute() throws LinuxException {
        long result = Syscall.call(
                SyscallNumber.CLOSE_RANGE, FIRST_AFTER_STANDARD_STREAMS, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
        Syscall.check(result, "mark descriptors close-on-exec");
    }

    /**
     * Becomes another program, as execve(2): returns only by throwing. Whichever thread calls it, the program keeps the
     * process's number.
     *
     * @param program its path
     * @param arguments its arguments, the name it is called by first
     * @param environment NAME=value
     * @throws LinuxException when the kernel cannot run it
     */
    public static void execute(String program, List<String> arguments, List<String> environment) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.EXECVE,
                    arena.allocateFrom(program).address(),
                    strings(arena, arguments).address(),
                    strings(arena, environment).address());
            Syscall.check(result, "execute " + program);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }
}
