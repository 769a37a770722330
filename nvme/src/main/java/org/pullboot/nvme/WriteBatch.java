package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.volume.BlockDevice;

/**
 * The writes, zeroes, comparisons and the like that one receive of one connection brought: executed one after the other
 * by one worker, settled once, and completed together.
 */
final class WriteBatch extends LoopTask implements Workers.Task {
    private final Connection connection;
    private final IoCommands owner;
    private final FlushGroups flushes;
    private final List<Command> commands = new ArrayList<>();
    private final List<Command> forced = new ArrayList<>();

    WriteBatch(Connection connection, IoCommands owner, FlushGroups flushes) {
        this.connection = connection;
        this.owner = owner;
        this.flushes = flushes;
    }

    void add(Command command) {
        commands.add(command);
    }

    int size() {
        return commands.size();
    }

    /** Gives its commands up before they have begun. */
    void drop() {
        connection.drop(commands);
        commands.clear();
    }

    @Override
    public void work(ByteBuffer scratch) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            // Once an association has ended, nothing of it that has not begun may touch the device any more.
            command.status = connection.ended() ? NvmeStatus.ABORT_REQUESTED : DeviceWork.execute(command, scratch);
        }
        settle();
        forceUnitAccess();
        connection.loop().post(this);
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
        commands.clear();
        owner.reuse(this);
    }
}
