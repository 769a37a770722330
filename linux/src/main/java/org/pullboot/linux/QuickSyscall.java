package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * System calls of a data path: as {@link Syscall} makes them, but with memory that each thread keeps for them, so that a
 * call costs hardly more than the kernel takes for it and allocates nothing.
 *
 * <p>An object belongs to the thread that asked for it.
 */
final class QuickSyscall {
    private static final long IOVEC_BYTES = 16;
    private static final MethodHandle SYSCALL = bind();

    // Not state: memory that is free again when the call has returned.
    private static final ThreadLocal<QuickSyscall> OWN = ThreadLocal.withInitial(QuickSyscall::new);

    private final MemorySegment iovec = Arena.ofAuto().allocate(IOVEC_BYTES, Long.BYTES);
    private final MemorySegment capture = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    private QuickSyscall() {}

    @SuppressWarnings("restricted") // This module is the one that may make native calls.
    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /** The calling thread's. */
    static QuickSyscall own() {
        return OWN.get();
    }

    /** As {@link Syscall#call}, with the number as {@link SyscallNumber#value} gives it. */
    long call(int number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) SYSCALL.invokeExact(capture, (long) number, a, b, c, d, e, f);
            // errno is the only member of the capture layout on Linux, at its start.
            return result == -1 ? -capture.get(ValueLayout.JAVA_INT, 0) : result;
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall throws nothing checked", unexpected);
        }
    }

    /** The address of a {@code struct iovec} with one piece of memory in it, until the thread's next one. */
    long iovec(long address, long length) {
        iovec.set(ValueLayout.JAVA_LONG, 0, address);
        iovec.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
        return iovec.address();
    }
}
