package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What a file carries beside its content (xattr(7)). Links are not followed. Safe for use from several threads. */
public final class ExtendedAttributes {
    private static final int LIST_BYTES = 65536;
    private static final int VALUE_BYTES = 65536;

    private ExtendedAttributes() {}

    /**
     * Gives a file the security labels of another: SELinux's, for example.
     *
     * @throws LinuxException when one cannot be read or set; a file system that knows none is no error
     */
    public static void copyLabels(Path from, Path to) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocateFrom(from.toString());
            MemorySegment target = arena.allocateFrom(to.toString());
            MemorySegment names = arena.allocate(LIST_BYTES);
            long length = Syscall.call(SyscallNumber.LLISTXATTR, source.address(), names.address(), LIST_BYTES);
            if (length == -Errno.EOPNOTSUPP.code()) {
                return;
            }
            Syscall.check(length, "list the attributes of " + from);
            MemorySegment value = arena.allocate(VALUE_BYTES);
            for (long at = 0; at < length; ) {
                MemorySegment name = names.asSlice(at);
                String text = name.getString(0);
                if (text.startsWith("security.")) {
                    copy(source, target, name, value, text, to);
                }
                at += text.length() + 1L;
            }
        }
    }

    private static void copy(
            MemorySegment source, MemorySegment target, MemorySegment name, MemorySegment value, String text, Path to)
            throws LinuxException {
        long size = Syscall.check(
                Syscall.call(
                        SyscallNumber.LGETXATTR, source.address(), name.address(), value.address(), VALUE_BYTES, 0, 0),
                "read the attribute " + text);
        Syscall.check(
                Syscall.call(SyscallNumber.LSETXATTR, target.address(), name.address(), value.address(), size, 0, 0),
                "set the attribute " + text + " of " + to);
    }
}
