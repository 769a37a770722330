package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file shown as a read-only block device with partitions, as in loop(4).
 *
 * <p>The device frees itself with its last user: this object until it is closed, and every mount of it or of one of its
 * partitions. One thread at a time.
 */
public final class LoopDevice implements AutoCloseable {
    /** The longest reference that udev makes a /dev/disk/by-loop-ref link for, in bytes. */
    public static final int REFERENCE_BYTES = 62;

    private static final Path CONTROL = Path.of("/dev/loop-control");
    private static final int LOOP_CTL_GET_FREE = 0x4C82;
    private static final int LOOP_CONFIGURE = 0x4C0A;
    private static final int ATTEMPTS = 64;

    private final OpenFile device;
    private final Path path;

    private LoopDevice(OpenFile device, Path path) {
        this.device = device;
        this.path = path;
    }

    /**
     * Attaches a file to a free loop device, read-only, and has the kernel read its partition table.
     *
     * @param file a regular file; it stays in use until the device is freed
     * @param reference the name udev knows the device by, at most {@value #REFERENCE_BYTES} bytes of it
     * @param sectorSize bytes in a logical sector, a power of two from 512 to 4096: as in the file's partition table
     * @throws LinuxException when there is no loop driver, no free device, or the kernel refuses the file
     */
    public static LoopDevice attach(Path file, String reference, int sectorSize) throws LinuxException {
        return attach(file, reference, sectorSize, 0, 0);
    }

    /**
     * Attaches a piece of a file: one partition, say, where the kernel does not know the kind of partition table.
     *
     * @param offset where the piece starts, in bytes, a multiple of the sector size
     * @param length its length in bytes, a multiple of the sector size; 0 for all that follows
     * @throws LinuxException when there is no loop driver, no free device, or the kernel refuses the file
     */
    public static LoopDevice attach(Path file, String reference, int sectorSize, long offset, long length)
            throws LinuxException {
        try (OpenFile control = OpenFile.open(CONTROL, OpenFile.O_RDWR);
                OpenFile backing = OpenFile.open(file, OpenFile.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment config = Config.allocate(arena, backing.number(), reference, sectorSize);
            config.set(ValueLayout.JAVA_LONG, Config.INFO_OFFSET, offset);
            config.set(ValueLayout.JAVA_LONG, Config.INFO_SIZE_LIMIT, length);
            return attach(control, config, file);
        }
    }

    /** Another process may take the free device between the question and its use: then asks again. */
    private static LoopDevice attach(OpenFile control, MemorySegment config, Path file) throws LinuxException {
        for (int attempt = 1; ; attempt++) {
            long free = Syscall.check(
                    Syscall.call(SyscallNumber.IOCTL, control.number(), LOOP_CTL_GET_FREE, 0),
                    "find a free loop device");
            Path path = Path.of("/dev/loop" + free);
            OpenFile device = OpenFile.open(path, OpenFile.O_RDONLY);
            long result = Syscall.call(SyscallNumber.IOCTL, device.number(), LOOP_CONFIGURE, config.address());
            if (result >= 0) {
                return new LoopDevice(device, path);
            }
            device.close();
            if (result != -Errno.EBUSY.code() || attempt == ATTEMPTS) {
                throw new LinuxException("attach " + file + " to " + path, (int) -result);
            }
        }
    }

    /** The whole device, /dev/loop0 say. */
    public Path path() {
        return path;
    }

    /**
     * A partition of the device, /dev/loop0p1 say.
     *
     * @param number from 1, as in the partition table
     */
    public Path partition(int number) {
        return Path.of(path + "p" + number);
    }

    @Override
    public void close() {
        device.close();
    }

    /** {@code struct loop_config} of linux/loop.h, with its {@code struct loop_info64}, in native byte order. */
    static final class Config {
        static final int BYTES = 304;
        static final int FD = 0;
        static final int BLOCK_SIZE = 4;
        static final int INFO = 8;
        static final int INFO_OFFSET = INFO + 24;
        static final int INFO_SIZE_LIMIT = INFO + 32;
        static final int INFO_FLAGS = INFO + 52;
        static final int INFO_FILE_NAME = INFO + 56;

        static final int READ_ONLY = 1;
        static final int AUTOCLEAR = 4;
        static final int PARTSCAN = 8;

        private Config() {}

        static MemorySegment allocate(Arena arena, int backing, String reference, int sectorSize) {
            MemorySegment config = arena.allocate(BYTES, Long.BYTES);
            config.set(ValueLayout.JAVA_INT, FD, backing);
            config.set(ValueLayout.JAVA_INT, BLOCK_SIZE, sectorSize);
            config.set(ValueLayout.JAVA_INT, INFO_FLAGS, READ_ONLY | AUTOCLEAR | PARTSCAN);
            byte[] name = reference.getBytes(StandardCharsets.UTF_8);
            int length = Math.min(name.length, REFERENCE_BYTES);
            MemorySegment.copy(name, 0, config, ValueLayout.JAVA_BYTE, INFO_FILE_NAME, length);
            return config;
        }
    }
}
