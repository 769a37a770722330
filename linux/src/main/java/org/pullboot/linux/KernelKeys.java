package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Hands data to the kernel under a name, by which other calls refer to it (add_key(2)). Safe for use from several threads. */
public final class KernelKeys {
    /** What a key of type "user" may hold at most. */
    public static final int MOST_BYTES = 32767;

    /** The keyring of the calling thread, which ends with it or with execve(2). */
    private static final int KEY_SPEC_THREAD_KEYRING = -1;

    private KernelKeys() {}

    /**
     * Adds a key of type "user" that only the calling thread sees, in its later calls.
     *
     * @param description the key's name; one of the same name is replaced
     * @param payload 1 to {@value #MOST_BYTES} bytes
     */
    public static void addForThisThread(String description, byte[] payload) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(payload.length);
            MemorySegment.copy(payload, 0, bytes, ValueLayout.JAVA_BYTE, 0, payload.length);
            long result = Syscall.call(
                    SyscallNumber.ADD_KEY,
                    arena.allocateFrom("user").address(),
                    arena.allocateFrom(description).address(),
                    bytes.address(),
                    payload.length,
                    KEY_SPEC_THREAD_KEYRING,
                    0);
            Syscall.check(result, "add the key " + description + " to the kernel's keyring");
        }
    }
}
