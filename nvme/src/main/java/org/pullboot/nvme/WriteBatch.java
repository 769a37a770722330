package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.volume.BlockDevice;

/**
 * The writes, zeroes, comparisons and the like that one receive of one connection brought: executed one after the other
 * by one thread, settled once, and completed together.
 */
final class WriteBatch extends LoopTask implements Workers.Task {
    /** Bytes that a loop may write before it looks after its other connections. */
    private static final int BRIEF_BYTES = 128 << 10;

    private final Connection connection;
    private final IoCommands owner;
    private final FlushGroups flushes;
    private final List<Command> commands = new ArrayList<>();
    private final List<Command> forced = new ArrayList<>();
    private int bytes;
    private boolean onlyWrites = true;

    WriteBatch(Connection connection, IoCommands owner, FlushGroups flushes) {
        this.connection = connection;
        this.owner = owner;
        this.flushes = flushes;
    }

    void add(Command command) {
        commands.add(command);
        bytes += command.transfer;
        onlyWrites &= command.opcode == Sqe.WRITE;
    }

    /** Whether it is nothing but a little to write: done at once where a disk's cache takes it. */
    boolean isBrief() {
        return onlyWrites && bytes <= BRIEF_BYTES;
    }

    int size() {
        return commands.size();
    }

    /** Gives its commands up before they have begun. */
    void drop() {
        connection.drop(commands);
        clear();
    }

    private void clear() {
        commands.clear();
        bytes = 0;
        onlyWrites = true;
    }

    @Override
    public void work(ByteBuffer scratch) {
        execute(scratch);
        connection.loop().post(this);
    }

    /** Executes its commands; on any thread. */
    void execute(ByteBuffer scratch) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            // Once an association has ended, nothing of it that has not begun may touch the device any more.
            command.status = connection.ended() ? NvmeStatus.ABORT_REQUESTED : DeviceWork.execute(command, scratch);
        }
        settle();
        forceUnitAccess();
    }

    /** A command that waits for a flush is no longer of this batch: it may be complete before the batch is. */
    private void forceUnitAccess() {
        int kept = 0;
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.fua && command.status == NvmeStatus.SUCCESS && changes(command)) {
                forced.add(command);
            } else {
                commands.set(kept++, command);
            }
        }
        if (!forced.isEmpty()) {
            commands.subList(kept, commands.size()).clear();
            forced.forEach(flushes::flush);
            forced.clear();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a device is itself, whatever it says that it equals
    private void settle() {
        BlockDevice settled = null;
        int status = NvmeStatus.SUCCESS;
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.status == NvmeStatus.SUCCESS && changes(command)) {
                BlockDevice device = command.device();
                if (device != settled) {
                    settled = device;
                    status = DeviceWork.status(device::settle);
                }
                command.status = status;
            }
        }
    }

    private static boolean changes(Command command) {
        return command.opcode != Sqe.COMPARE && command.opcode != Sqe.VERIFY;
    }

    /** Completes its commands, but for those that wait for a flush. */
    @Override
    void run() {
        connection.returned(commands);
        clear();
        owner.reuse(this);
    }
}
