package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The kernel's device mapper, which makes a block device out of others (linux/dm-ioctl.h). Needs CAP_SYS_ADMIN. Works on
 * after its control device is out of sight, as it keeps it open. One thread at a time.
 */
public final class DeviceMapper implements AutoCloseable {
    /** Where the kernel takes requests once dm_mod is loaded. */
    public static final Path CONTROL = Path.of("/dev/mapper/control");

    private static final int MOST_BYTES = 16 * 1024;
    private static final int MINOR_LOW_BITS = 0xFF;

    private final OpenFile control;

    private DeviceMapper(OpenFile control) {
        this.control = control;
    }

    /**
     * Opens the device mapper.
     *
     * @param device {@link #CONTROL}, or where it is mounted
     * @throws LinuxException when it is not there, or is of another major version than 4
     */
    @SuppressWarnings("MustBeClosed") // It is closed when the device mapper is.
    public static DeviceMapper open(Path device) throws LinuxException {
        DeviceMapper mapper = new DeviceMapper(OpenFile.open(device, OpenFile.O_RDWR));
        try (Arena arena = Arena.ofConfined()) {
            mapper.call(Request.VERSION, Request.allocate(arena, "", ""), "ask the device mapper for its version");
            return mapper;
        } catch (LinuxException e) {
            mapper.close();
            throw e;
        }
    }

    /**
     * Makes a read-only device of one target and starts it.
     *
     * @param name the device's name, of at most 127 bytes without a slash
     * @param uuid by which programs know what kind of device it is, of at most 128 bytes; may be empty
     * @param sectors how long the device is, in sectors of 512 bytes
     * @param type the target's name in the kernel, of at most 15 bytes
     * @param parameters what the target is to do
     * @return the number of the device: it is /dev/dm-NUMBER
     * @throws LinuxException when the kernel refuses; then there is no such device
     */
    public int create(String name, String uuid, long sectors, String type, String parameters) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment created = Request.allocate(arena, name, uuid);
            call(Request.DEVICE_CREATE, created, "make the device-mapper device " + name);
            try {
                call(
                        Request.TABLE_LOAD,
                        Request.table(arena, name, sectors, type, parameters),
                        "load a table of type " + type + " into the device-mapper device " + name);
                call(
                        Request.DEVICE_SUSPEND,
                        Request.allocate(arena, name, ""),
                        "start the device-mapper device " + name);
            } catch (LinuxException e) {
                Syscall.call(
                        SyscallNumber.IOCTL,
                        control.number(),
                        Request.DEVICE_REMOVE,
                        Request.allocate(arena, name, "").address());
                throw e;
            }
            return minor(created.get(ValueLayout.JAVA_LONG, Request.DEVICE));
        }
    }

    /** As the kernel packs numbers of devices: MMMmmmMM…mm in hexadecimal, huge_encode_dev of linux/kdev_t.h. */
    static int minor(long device) {
        return (int) ((device & MINOR_LOW_BITS) | ((device >>> 12) & ~MINOR_LOW_BITS));
    }

    /**
     * What the first target of a device says of itself.
     *
     * @param name the device's name
     * @throws LinuxException when there is no such device
     */
    public String status(String name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(MOST_BYTES, Long.BYTES);
            Request.fill(request, name, "");
            call(Request.TABLE_STATUS, request, "ask the device-mapper device " + name + " how it is");
            return Request.firstParameters(request);
        }
    }

    /**
     * Removes a device that nobody uses.
     *
     * @param name the device's name
     */
    public void remove(String name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            call(Request.DEVICE_REMOVE, Request.allocate(arena, name, ""), "remove the device-mapper device " + name);
        }
    }

    private void call(long number, MemorySegment request, String what) throws LinuxException {
        Syscall.check(Syscall.call(SyscallNumber.IOCTL, control.number(), number, request.address()), what);
    }

    @Override
    public void close() {
        control.close();
    }

    /** {@code struct dm_ioctl} of linux/dm-ioctl.h with what follows it, in native byte order. */
    static final class Request {
        static final int BYTES = 312;
        static final int DATA_SIZE = 12;
        static final int DATA_START = 16;
        static final int TARGET_COUNT = 20;
        static final int FLAGS = 28;
        static final int DEVICE = 40;
        static final int NAME = 48;
        static final int NAME_BYTES = 128;
        static final int UUID = 176;
        static final int UUID_BYTES = 129;

        /** {@code struct dm_target_spec}. */
        static final int TARGET_BYTES = 40;

        static final int TARGET_LENGTH = 8;
        static final int TARGET_NEXT = 20;
        static final int TARGET_TYPE = 24;
        static final int TARGET_TYPE_BYTES = 16;

        static final int READ_ONLY = 1;

        static final long VERSION = 0xC138FD00L;
        static final long DEVICE_CREATE = 0xC138FD03L;
        static final long DEVICE_REMOVE = 0xC138FD04L;
        /** Resumes when the flag to suspend is not set: the table that was loaded takes effect. */
        static final long DEVICE_SUSPEND = 0xC138FD06L;

        static final long TABLE_LOAD = 0xC138FD09L;
        static final long TABLE_STATUS = 0xC138FD0CL;

        private Request() {}

        static MemorySegment allocate(Arena arena, String name, String uuid) {
            MemorySegment request = arena.allocate(BYTES, Long.BYTES);
            fill(request, name, uuid);
            return request;
        }

        static void fill(MemorySegment request, String name, String uuid) {
            request.set(ValueLayout.JAVA_INT, 0, 4);
            request.set(ValueLayout.JAVA_INT, DATA_SIZE, (int) request.byteSize());
            request.set(ValueLayout.JAVA_INT, DATA_START, BYTES);
            request.set(ValueLayout.JAVA_INT, FLAGS, READ_ONLY);
            put(request, NAME, NAME_BYTES, name);
            put(request, UUID, UUID_BYTES, uuid);
        }

        static MemorySegment table(Arena arena, String name, long sectors, String type, String parameters) {
            byte[] text = parameters.getBytes(StandardCharsets.UTF_8);
            // Every target's part is a multiple of eight bytes long, and its text ends with a zero.
            int bytes = TARGET_BYTES + (text.length + Long.BYTES) / Long.BYTES * Long.BYTES;
            MemorySegment request = arena.allocate((long) BYTES + bytes, Long.BYTES);
            fill(request, name, "");
            request.set(ValueLayout.JAVA_INT, TARGET_COUNT, 1);
            request.set(ValueLayout.JAVA_LONG, BYTES + TARGET_LENGTH, sectors);
            request.set(ValueLayout.JAVA_INT, BYTES + TARGET_NEXT, bytes);
            put(request, BYTES + TARGET_TYPE, TARGET_TYPE_BYTES, type);
            MemorySegment.copy(text, 0, request, ValueLayout.JAVA_BYTE, BYTES + TARGET_BYTES, text.length);
            return request;
        }

        private static void put(MemorySegment request, int at, int room, String word) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            if (bytes.length >= room) {
                throw new IllegalArgumentException(
                        "'" + word + "' has more than the " + (room - 1) + " bytes that the device mapper takes");
            }
            MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, at, bytes.length);
        }

        /** The kernel says where its answer begins; a device without a table has none. */
        static String firstParameters(MemorySegment answer) {
            int start = answer.get(ValueLayout.JAVA_INT, DATA_START) + TARGET_BYTES;
            if (answer.get(ValueLayout.JAVA_INT, TARGET_COUNT) == 0 || start < BYTES || start >= answer.byteSize()) {
                return "";
            }
            return answer.asSlice(start).getString(0);
        }
    }
}
