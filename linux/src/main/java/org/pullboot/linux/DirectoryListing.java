package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Reads the entries of an open directory: getdents64(2) and its {@code struct linux_dirent64}. */
final class DirectoryListing {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LENGTH_AT = 16;
    private static final int NAME_AT = 19;

    private DirectoryListing() {}

    /**
     * All names but "." and "..".
     *
     * @param descriptor a directory at its beginning
     * @param directory its name, for the message
     */
    static List<byte[]> names(int descriptor, String directory) throws LinuxException {
        List<byte[]> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
            long bytes = BUFFER_BYTES;
            while (bytes > 0) {
                long result = Syscall.call(SyscallNumber.GETDENTS64, descriptor, buffer.address(), BUFFER_BYTES);
                bytes = Syscall.check(result, "list " + directory);
                collect(buffer.asSlice(0, bytes), names);
            }
        }
        return names;
    }

    private static void collect(MemorySegment entries, List<byte[]> names) {
        long at = 0;
        while (at < entries.byteSize()) {
            int end = NAME_AT;
            while (entries.get(ValueLayout.JAVA_BYTE, at + end) != 0) {
                end++;
            }
            byte[] name = entries.asSlice(at + NAME_AT, end - NAME_AT).toArray(ValueLayout.JAVA_BYTE);
            boolean dots = name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
            if (!dots) {
                names.add(name);
            }
            at += entries.get(ValueLayout.JAVA_SHORT, at + LENGTH_AT) & 0xFFFF;
        }
    }
}
