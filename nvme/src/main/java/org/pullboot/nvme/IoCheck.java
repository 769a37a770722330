package org.pullboot.nvme;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/**
 * Checks an I/O command before anything is done for it, and takes out of it what has to be done (NVM Command Set 1.0,
 * 3.2; NVMe/TCP Transport 1.0, 3.4).
 */
final class IoCheck {
    /** Bytes of the longest transfer; Identify Controller's MDTS says the same. */
    static final int MAX_TRANSFER = 1 << 20;

    private static final int DSM_LIMIT = 256 * 16;
    private static final int FABRICS_FLAGS = 0x40;

    private IoCheck() {}

    /** Whether a command has this opcode, and whether it brings data. */
    static boolean known(int opcode) {
        return switch (opcode) {
            case Sqe.FLUSH, Sqe.WRITE, Sqe.READ, Sqe.COMPARE, Sqe.WRITE_ZEROES, Sqe.DATASET_MANAGEMENT, Sqe.VERIFY ->
                true;
            default -> false;
        };
    }

    /** Whether a command brings data. */
    static boolean bringsData(int opcode) {
        return opcode == Sqe.WRITE || opcode == Sqe.COMPARE || opcode == Sqe.DATASET_MANAGEMENT;
    }

    /**
     * Fills in a command.
     *
     * @param at where its submission queue entry begins
     * @param inCapsule bytes of data in its capsule
     * @param namespace the one that it names; null when there is none
     * @return its status, {@link NvmeStatus#SUCCESS} when it may be executed
     */
    static int fill(Command command, ByteBuffer bytes, int at, int inCapsule, @Nullable Namespace namespace) {
        int opcode = Sqe.opcode(bytes, at);
        command.opcode = opcode;
        if (!known(opcode)) {
            return permanent(NvmeStatus.INVALID_OPCODE);
        }
        if (Sqe.flags(bytes, at) != FABRICS_FLAGS || (!bringsData(opcode) && inCapsule > 0)) {
            return permanent(NvmeStatus.INVALID_FIELD);
        }
        if (namespace == null) {
            return permanent(NvmeStatus.INVALID_NAMESPACE);
        }
        BlockDevice device = namespace.device();
        command.device = device;
        return switch (opcode) {
            case Sqe.FLUSH -> NvmeStatus.SUCCESS;
            case Sqe.DATASET_MANAGEMENT -> fillRanges(command, bytes, at, inCapsule, device);
            default -> fillBlocks(command, bytes, at, inCapsule, device);
        };
    }

    private static int fillRanges(Command command, ByteBuffer bytes, int at, int inCapsule, BlockDevice device) {
        command.ranges = Sqe.ranges(bytes, at);
        command.mayDeallocate = Sqe.deallocate(bytes, at);
        int status = sgl(bytes, at, inCapsule, true);
        if (status != NvmeStatus.SUCCESS) {
            return status;
        }
        long length = Sqe.sglLength(bytes, at);
        if (length < command.ranges * 16L || length > DSM_LIMIT) {
            return permanent(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        }
        command.transfer = (int) length;
        return writable(device);
    }

    private static int fillBlocks(Command command, ByteBuffer bytes, int at, int inCapsule, BlockDevice device) {
        long first = Sqe.firstBlock(bytes, at);
        int blocks = Sqe.blocks(bytes, at);
        command.length = (long) blocks * BlockDevice.SECTOR;
        command.fua = Sqe.forceUnitAccess(bytes, at);
        command.mayDeallocate = Sqe.mayDeallocate(bytes, at);
        boolean transfers = command.opcode != Sqe.WRITE_ZEROES && command.opcode != Sqe.VERIFY;
        if (transfers) {
            int status = sgl(bytes, at, inCapsule, command.opcode != Sqe.READ);
            if (status != NvmeStatus.SUCCESS) {
                return status;
            }
            if (Sqe.sglLength(bytes, at) != command.length) {
                return permanent(NvmeStatus.SGL_DATA_LENGTH_INVALID);
            }
            if (command.length > MAX_TRANSFER) {
                return permanent(NvmeStatus.INVALID_FIELD);
            }
            command.transfer = (int) command.length;
        }
        if (!inRange(first, blocks, device.size() / BlockDevice.SECTOR)) {
            return permanent(NvmeStatus.LBA_OUT_OF_RANGE);
        }
        command.offset = first * BlockDevice.SECTOR;
        boolean changes = command.opcode == Sqe.WRITE || command.opcode == Sqe.WRITE_ZEROES;
        return changes ? writable(device) : NvmeStatus.SUCCESS;
    }

    private static int writable(BlockDevice device) {
        return device.writable() ? NvmeStatus.SUCCESS : permanent(NvmeStatus.NAMESPACE_WRITE_PROTECTED);
    }

    /**
     * Checks where a command's data is.
     *
     * @param in whether it comes from the host
     */
    static int sgl(ByteBuffer bytes, int at, int inCapsule, boolean in) {
        int type = Sqe.sglType(bytes, at);
        if (type == Sqe.SGL_TRANSPORT) {
            return inCapsule == 0 ? NvmeStatus.SUCCESS : permanent(NvmeStatus.INVALID_FIELD);
        }
        if (type != Sqe.SGL_IN_CAPSULE || !in) {
            return permanent(NvmeStatus.SGL_DESCRIPTOR_TYPE_INVALID);
        }
        if (Sqe.sglAddress(bytes, at) != 0) {
            return permanent(NvmeStatus.SGL_OFFSET_INVALID);
        }
        return Sqe.sglLength(bytes, at) == inCapsule
                ? NvmeStatus.SUCCESS
                : permanent(NvmeStatus.SGL_DATA_LENGTH_INVALID);
    }

    /** Whether blocks lie within a device of {@code size} blocks; {@code first} is unsigned. */
    static boolean inRange(long first, long blocks, long size) {
        return first >= 0 && first <= size && blocks <= size - first;
    }

    static int permanent(int status) {
        return status | NvmeStatus.DO_NOT_RETRY;
    }
}
