package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The one door to the kernel: syscall(2) of libc, with its errno, bound once.
 *
 * <p>One downcall for every system call keeps the agent's start short, since each binding costs start-up time. Calls
 * block their thread, and pin it when it is virtual. Safe for use from several threads.
 */
final class Syscall {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = bind();

    private Syscall() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Makes a system call; unused arguments are 0.
     *
     * @return what the kernel answers, or the negated error number when it refuses
     */
    static long call(SyscallNumber number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = arena.allocate(CAPTURE);
            long result = (long) SYSCALL.invokeExact(capture, (long) number.value(), a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(capture, 0L) : result;
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall throws nothing checked", unexpected);
        }
    }

    static long call(SyscallNumber number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    /**
     * Gives a result back, or throws when it is a refusal.
     *
     * @param what what was tried, on what, for the message: "mount /dev/loop0p1 on /sysroot"
     */
    static long check(long result, String what) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(what, (int) -result);
        }
        return result;
    }
}
