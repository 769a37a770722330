package org.pullboot.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A C function of up to four integer or pointer parameters.
 *
 * <p>Every function is called through the shape of {@link Syscall}'s downcall, which the linker has made already: a new
 * shape costs tens of milliseconds at start-up, a second use of one costs nothing. In the calling conventions of x86-64
 * and arm64 a function never looks at argument registers beyond its own parameters, and an {@code int} result is the
 * low half of the result register.
 */
final class NativeFunction {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final MethodHandle CALL = bind();

    private final MemorySegment address;

    NativeFunction(MemorySegment address) {
        this.address = address;
    }

    @SuppressWarnings("restricted") // This module is the one that may make native calls.
    private static MethodHandle bind() {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                        Linker.Option.firstVariadicArg(1),
                        Linker.Option.captureCallState("errno"));
    }

    /** The size in bytes of the scratch memory that {@link #call} wants. */
    static long scratchBytes() {
        return CAPTURE.byteSize();
    }

    /**
     * Calls the function; unused arguments are 0. Allocates nothing.
     *
     * @param scratch memory of {@link #scratchBytes()} that no other thread uses meanwhile
     * @return the result register: cast to {@code int} when the function returns an int
     */
    long call(MemorySegment scratch, long a, long b, long c, long d) {
        try {
            return (long) CALL.invokeExact(address, scratch, a, b, c, d, 0L, 0L, 0L);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall throws nothing checked", unexpected);
        }
    }
}
