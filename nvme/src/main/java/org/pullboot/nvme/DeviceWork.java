package org.pullboot.nvme;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import org.pullboot.volume.BlockDevice;
import org.pullboot.volume.NoSpaceException;

/** Executes commands on devices, and turns what goes wrong there into status. Called by workers. */
final class DeviceWork {
    private static final Logger LOG = System.getLogger(DeviceWork.class.getName());

    // A disk fails as often as hosts try; like the logger they are for the whole process.
    private static final RareLog NO_ROOM = new RareLog(LOG, System::nanoTime, 1);
    private static final RareLog FAILED_READS = new RareLog(LOG, System::nanoTime, 1);
    private static final RareLog FAILED_WRITES = new RareLog(LOG, System::nanoTime, 1);
    private static final RareLog MISTAKES = new RareLog(LOG, System::nanoTime, 1);

    private DeviceWork() {}

    /**
     * Executes a command that is checked and has its data.
     *
     * @param scratch memory of the worker
     * @return its status
     */
    static int execute(Command command, ByteBuffer scratch) {
        boolean reads = command.opcode == Sqe.READ || command.opcode == Sqe.COMPARE || command.opcode == Sqe.VERIFY;
        try {
            return switch (command.opcode) {
                case Sqe.READ -> read(command);
                case Sqe.WRITE -> write(command);
                case Sqe.COMPARE -> compare(command, scratch);
                case Sqe.VERIFY -> verify(command, scratch);
                case Sqe.WRITE_ZEROES -> {
                    command.device().writeZeroes(command.offset, command.length, command.mayDeallocate);
                    yield NvmeStatus.SUCCESS;
                }
                case Sqe.DATASET_MANAGEMENT -> deallocate(command);
                default -> throw new IllegalStateException("opcode " + command.opcode + " is not for a worker");
            };
        } catch (IOException | RuntimeException | Error e) {
            return failure(e, reads);
        }
    }

    private static int read(Command command) throws IOException {
        long offset = command.offset;
        for (int i = 0; i < command.segmentCount; i++) {
            command.device().read(command.data(i), offset);
            offset += command.dataLength(i);
        }
        return NvmeStatus.SUCCESS;
    }

    private static int write(Command command) throws IOException {
        long offset = command.offset;
        for (int i = 0; i < command.segmentCount; i++) {
            command.device().write(command.data(i), offset);
            offset += command.dataLength(i);
        }
        return NvmeStatus.SUCCESS;
    }

    private static int compare(Command command, ByteBuffer scratch) throws IOException {
        long offset = command.offset;
        for (int i = 0; i < command.segmentCount; i++) {
            int length = command.dataLength(i);
            command.device().read(scratch.clear().limit(length), offset);
            if (!scratch.flip().equals(command.data(i))) {
                return NvmeStatus.COMPARE_FAILURE | NvmeStatus.DO_NOT_RETRY;
            }
            offset += length;
        }
        return NvmeStatus.SUCCESS;
    }

    private static int verify(Command command, ByteBuffer scratch) throws IOException {
        long end = command.offset + command.length;
        for (long offset = command.offset; offset < end; offset += scratch.capacity()) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), end - offset));
            command.device().read(scratch, offset);
        }
        return NvmeStatus.SUCCESS;
    }

    /** All ranges are checked before the first one is touched (NVM Command Set 1.0, 3.2.3). */
    private static int deallocate(Command command) throws IOException {
        BlockDevice device = command.device();
        Segment segment = command.segment(0);
        ByteBuffer bytes = segment.bytes.clear();
        long blocks = device.size() / BlockDevice.SECTOR;
        for (int i = 0; i < command.ranges; i++) {
            int at = command.dataAt + 16 * i;
            long count = Integer.toUnsignedLong(bytes.getInt(at + 4));
            if (!IoCheck.inRange(bytes.getLong(at + 8), count, blocks)) {
                return NvmeStatus.LBA_OUT_OF_RANGE | NvmeStatus.DO_NOT_RETRY;
            }
        }
        for (int i = 0; command.mayDeallocate && i < command.ranges; i++) {
            int at = command.dataAt + 16 * i;
            long count = Integer.toUnsignedLong(bytes.getInt(at + 4));
            if (count > 0) {
                device.deallocate(bytes.getLong(at + 8) * BlockDevice.SECTOR, count * BlockDevice.SECTOR);
            }
        }
        return NvmeStatus.SUCCESS;
    }

    /** What a device threw, as status. None of it is for good: a host that is told so gives up its root disk. */
    static int failure(Throwable failure, boolean reading) {
        return switch (failure) {
            case NoSpaceException e -> {
                NO_ROOM.log(Logger.Level.WARNING, "a write has no room: " + e.getMessage(), null);
                yield NvmeStatus.CAPACITY_EXCEEDED;
            }
            case IOException e -> {
                if (reading) {
                    FAILED_READS.log(Logger.Level.WARNING, "a read failed", e);
                } else {
                    FAILED_WRITES.log(Logger.Level.WARNING, "a write failed", e);
                }
                yield reading ? NvmeStatus.UNRECOVERED_READ_ERROR : NvmeStatus.WRITE_FAULT;
            }
            default -> {
                MISTAKES.log(Logger.Level.ERROR, "a device has a mistake", failure);
                yield NvmeStatus.INTERNAL_ERROR;
            }
        };
    }

    /** Runs something of a device, and gives its status. */
    static int status(DeviceAction action) {
        try {
            action.run();
            return NvmeStatus.SUCCESS;
        } catch (IOException | RuntimeException | Error e) {
            return failure(e, false);
        }
    }

    /** Settles or flushes. */
    interface DeviceAction {
        void run() throws IOException;
    }
}
