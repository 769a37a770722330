package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The door to the kernel's NVMe over Fabrics initiator: one line written to it makes a controller, and what is read
 * from it afterwards says which. Safe for use from several threads.
 */
public final class NvmeFabrics {
    /** Where it is once the module nvme-fabrics is loaded. */
    public static final Path DEVICE = Path.of("/dev/nvme-fabrics");

    /** The kernel takes and gives a page at most. */
    private static final int PAGE = 4096;

    private final Path device;

    /**
     * Nothing is opened yet.
     *
     * @param device {@link #DEVICE}, or a file in its place
     */
    public NvmeFabrics(Path device) {
        this.device = device;
    }

    /**
     * The options that this kernel takes, {@code instance=-1,cntlid=-1,transport=%s,…}. Kernels before 5.17 do not tell.
     *
     * @throws LinuxException when it does not tell, EINVAL for one
     */
    public String options() throws LinuxException {
        try (Arena arena = Arena.ofConfined();
                OpenFile file = OpenFile.open(device, OpenFile.O_RDONLY)) {
            return read(file, arena, "read the options of " + device);
        }
    }

    /**
     * Tries once to connect; returns when the controller can be used, or the attempt has failed.
     *
     * @param options {@code transport=tcp,traddr=…}: names and values, with commas between, less than 4096 bytes of
     *     ASCII. It is in no message, as it may hold secrets
     * @return what the kernel says of the new controller, {@code instance=0,cntlid=1}
     * @throws LinuxException when there is no controller; the kernel log may say more of it
     */
    public String connect(String options) throws LinuxException {
        byte[] bytes = options.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= PAGE) {
            throw new IllegalArgumentException("the kernel takes " + PAGE + " bytes of options, not " + bytes.length);
        }
        String what = "connect over " + device;
        try (Arena arena = Arena.ofConfined();
                OpenFile file = OpenFile.open(device, OpenFile.O_RDWR)) {
            MemorySegment line = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            // One write(2) is one attempt: it must not be cut into pieces, nor be made again when it failed.
            long written = Syscall.call(SyscallNumber.WRITE, file.number(), line.address(), bytes.length);
            Syscall.check(written, what);
            return read(file, arena, what);
        }
    }

    private static String read(OpenFile file, Arena arena, String what) throws LinuxException {
        MemorySegment page = arena.allocate(PAGE);
        long count = Syscall.check(Syscall.call(SyscallNumber.READ, file.number(), page.address(), PAGE), what);
        byte[] bytes = page.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }
}
