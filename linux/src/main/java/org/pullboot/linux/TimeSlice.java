package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * How long a thread goes on before the kernel lets another one have its processor: sched_setattr(2) with sched_runtime,
 * which ordinary threads have since Linux 6.12. Kernels before that take it and do not heed it.
 */
public final class TimeSlice {
    /** The longest that the kernel gives. */
    public static final Duration LONGEST = Duration.ofMillis(100);

    /** What the kernel thinks best, as for all threads that asked for nothing. */
    public static final Duration DEFAULT = Duration.ZERO;

    /** struct sched_attr as it was at first: all that sched_runtime needs. */
    private static final int ATTRIBUTES_BYTES = 48;

    private static final long RUNTIME_OFFSET = 24;

    private TimeSlice() {}

    /**
     * Sets the slice of the calling thread, and of the threads it starts from now on, which all become ordinary ones
     * (SCHED_OTHER, nice 0).
     *
     * @throws LinuxException when the kernel refuses
     */
    public static void set(Duration slice) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES_BYTES);
            attributes.set(ValueLayout.JAVA_LONG, RUNTIME_OFFSET, slice.toNanos());
            long result = Syscall.call(SyscallNumber.SCHED_SETATTR, 0, attributes.address(), 0);
            Syscall.check(result, "set the time slice");
        }
    }
}
