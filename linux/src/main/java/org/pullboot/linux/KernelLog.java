package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel logs: some of its refusals say in the log alone what they are about.
 * Used by one thread at a time.
 */
public final class KernelLog implements AutoCloseable {
    private static final int O_NONBLOCK = 0x800;
    private static final int SEEK_END = 2;
    /** Longer than any record (CONSOLE_EXT_LOG_MAX). */
    private static final int RECORD = 8192;

    private static final int MOST_RECORDS = 1000;
    private static final int EPIPE = 32;

    private final OpenFile file;

    private KernelLog(OpenFile file) {
        this.file = file;
    }

    /**
     * Listens from now on.
     *
     * @param device {@link Kmsg#DEVICE}, or a file in its place
     */
    public static KernelLog open(Path device) throws LinuxException {
        KernelLog log = openAll(device);
        long result = Syscall.call(SyscallNumber.LSEEK, log.file.number(), 0, SEEK_END);
        if (result < 0) {
            log.close();
        }
        Syscall.check(result, "go to the end of " + device);
        return log;
    }

    /**
     * Tells what was logged before as well, as far as the kernel still has it.
     *
     * @param device {@link Kmsg#DEVICE}, or a file in its place
     */
    public static KernelLog openAll(Path device) throws LinuxException {
        return new KernelLog(OpenFile.open(device, OpenFile.O_RDONLY | O_NONBLOCK));
    }

    /** The texts logged since the last call, oldest first, at most 1000; those overwritten before they were read are missing. */
    public List<String> news() throws LinuxException {
        List<String> texts = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(RECORD);
            while (texts.size() < MOST_RECORDS) {
                long count = Syscall.call(SyscallNumber.READ, file.number(), record.address(), RECORD);
                if (count == -EPIPE) {
                    continue;
                }
                if (count == 0 || count == -Errno.EAGAIN.code()) {
                    break;
                }
                Syscall.check(count, "read the kernel log");
                texts.add(text(
                        new String(record.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)));
            }
        }
        return texts;
    }

    /** A record is {@code PRIORITY,NUMBER,TIME,FLAGS;TEXT}, then a line for each thing that is known beside it. */
    static String text(String record) {
        int start = record.indexOf(';') + 1;
        int end = record.indexOf('\n', start);
        return record.substring(start, end < 0 ? record.length() : end);
    }

    @Override
    public void close() {
        file.close();
    }
}
