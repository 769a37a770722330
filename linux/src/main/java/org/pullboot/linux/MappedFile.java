package org.pullboot.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes where the page cache has them, to be sent from there without a copy.
 *
 * <p>The bytes are for system calls alone: one that reads them where the file has become shorter meanwhile fails, while
 * Java code that touches them there dies. A page that has left the page cache since it was asked for makes the system
 * call wait for the disk.
 *
 * <p>Safe for use from several threads. The mapping ends when nothing refers to it any more.
 */
public final class MappedFile {
    private static final int WINDOW = 1 << 30;
    private static final int REGION = 128 << 10;
    private static final int PAGE = 4096;
    private static final int MOST_PAGES = 512;
    private static final long TRUSTED_NANOS = 1_000_000_000L;
    private static final int MINCORE = SyscallNumber.MINCORE.value();
    private static final ThreadLocal<ByteBuffer> ANSWERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(MOST_PAGES));

    private final ByteBuffer[] windows;
    /** When a region was in the page cache as a whole, by System.nanoTime(); 0 for never. */
    private final AtomicLongArray seen;

    private MappedFile(ByteBuffer[] windows, AtomicLongArray seen) {
        this.windows = windows;
        this.seen = seen;
    }

    /** Maps so many bytes, which the file has. */
    static MappedFile map(FileChannel channel, long size) throws IOException {
        ByteBuffer[] windows = new ByteBuffer[Math.toIntExact((size + WINDOW - 1) / WINDOW)];
        for (int i = 0; i < windows.length; i++) {
            long start = (long) i * WINDOW;
            windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(WINDOW, size - start));
        }
        return new MappedFile(windows, new AtomicLongArray(Math.toIntExact((size + REGION - 1) / REGION)));
    }

    /**
     * Bytes that are in the page cache.
     *
     * @param length at most 1 MiB
     * @return null when some of them are not, or they do not lie in one mapping
     */
    public @Nullable ByteBuffer now(long offset, int length) {
        int window = (int) (offset / WINDOW);
        int start = (int) (offset % WINDOW);
        if (window >= windows.length || length > windows[window].capacity() - start) {
            return null;
        }
        return resident(offset, length) ? windows[window].slice(start, length) : null;
    }

    /** Asks the kernel once a second for each region: pages in use stay, and asking costs as much as a small read. */
    private boolean resident(long offset, int length) {
        long now = System.nanoTime();
        int last = (int) ((offset + length - 1) / REGION);
        for (int region = (int) (offset / REGION); region <= last; region++) {
            long then = seen.getPlain(region);
            if (then == 0 || now - then > TRUSTED_NANOS) {
                long start = (long) region * REGION;
                if (cached(start, REGION)) {
                    seen.setPlain(region, now);
                } else {
                    long from = Math.max(start, offset);
                    if (!cached(from, (int) (Math.min(start + REGION, offset + length) - from))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean cached(long offset, int length) {
        ByteBuffer window = windows[(int) (offset / WINDOW)];
        int start = (int) (offset % WINDOW) & -PAGE;
        int end = Math.min(window.capacity(), (int) (offset % WINDOW) + length);
        int pages = (end - start + PAGE - 1) / PAGE;
        if (pages > MOST_PAGES) {
            return false;
        }
        ByteBuffer answers = ANSWERS.get();
        long address = MemorySegment.ofBuffer(window).address() + start;
        long result = QuickSyscall.own()
                .call(
                        MINCORE,
                        address,
                        end - start,
                        MemorySegment.ofBuffer(answers).address(),
                        0,
                        0,
                        0);
        if (result < 0) {
            return false;
        }
        for (int i = 0; i < pages; i++) {
            if ((answers.get(i) & 1) == 0) {
                return false;
            }
        }
        return true;
    }
}
