package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The flag of a file that makes the kernel refuse every change to it, ioctl_iflags(2) and {@code chattr +i}. efivarfs sets it on
 * all variables but those that boot managers write.
 */
public final class ImmutableFlag {
    // The numbers are made for a long, but the kernel reads and writes an int.
    private static final int GET_FLAGS = 0x80086601;
    private static final int SET_FLAGS = 0x40086602;
    private static final int IMMUTABLE = 0x10;

    private ImmutableFlag() {}

    /**
     * Whether a file has it; never where the file system knows no flags.
     *
     * @throws LinuxException when the file cannot be opened
     */
    public static boolean isSet(Path file) throws LinuxException {
        try (OpenFile open = OpenFile.open(file, OpenFile.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(ValueLayout.JAVA_LONG);
            long result = Syscall.call(SyscallNumber.IOCTL, open.number(), GET_FLAGS, flags.address());
            return result >= 0 && (flags.get(ValueLayout.JAVA_INT, 0) & IMMUTABLE) != 0;
        }
    }

    /**
     * Sets or clears it; the file's other flags stay.
     *
     * @throws LinuxException when the kernel refuses: it wants CAP_LINUX_IMMUTABLE
     */
    public static void set(Path file, boolean immutable) throws LinuxException {
        try (OpenFile open = OpenFile.open(file, OpenFile.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(ValueLayout.JAVA_LONG);
            Syscall.check(
                    Syscall.call(SyscallNumber.IOCTL, open.number(), GET_FLAGS, flags.address()),
                    "read the flags of " + file);
            int old = flags.get(ValueLayout.JAVA_INT, 0);
            flags.set(ValueLayout.JAVA_INT, 0, immutable ? old | IMMUTABLE : old & ~IMMUTABLE);
            Syscall.check(
                    Syscall.call(SyscallNumber.IOCTL, open.number(), SET_FLAGS, flags.address()),
                    "change the immutable flag of " + file);
        }
    }
}
