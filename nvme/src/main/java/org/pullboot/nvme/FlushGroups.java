package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.pullboot.volume.BlockDevice;

/**
 * Makes many flushes of a device one: all that arrive while one is under way share the next. Safe for use from several
 * threads.
 *
 * <p>A flush makes durable what completed before it began (NVM Command Set 1.0, 3.2.1), so only those that arrived before
 * it began may share it.
 */
final class FlushGroups {
    private final Workers workers;
    private final ReentrantLock lock = new ReentrantLock();
    /** Devices with a flush under way, and who waits for the next. */
    private final IdentityHashMap<BlockDevice, Group> groups = new IdentityHashMap<>();

    FlushGroups(Workers workers) {
        this.workers = workers;
    }

    /** Flushes a command's device, sets its status and gives it back to its connection. */
    void flush(Command command) {
        lock.lock();
        try {
            Group group = groups.get(command.device());
            if (group == null) {
                group = new Group(command.device());
                groups.put(command.device(), group);
                workers.execute(group);
            }
            group.waiting.add(command);
        } finally {
            lock.unlock();
        }
    }

    private final class Group implements Workers.Task {
        private final BlockDevice device;
        private List<Command> waiting = new ArrayList<>();
        private List<Command> served = new ArrayList<>();

        Group(BlockDevice device) {
            this.device = device;
        }

        @Override
        public void work(ByteBuffer scratch) {
            lock.lock();
            try {
                List<Command> next = waiting;
                waiting = served;
                served = next;
            } finally {
                lock.unlock();
            }
            int status = DeviceWork.status(device::flush);
            for (Command command : served) {
                command.status = status;
                command.connection.loop().post(command);
            }
            served.clear();
            lock.lock();
            try {
                if (waiting.isEmpty()) {
                    groups.remove(device);
                    return;
                }
            } finally {
                lock.unlock();
            }
            // Behind what else waits, so that a device that is flushed all the time does not keep a worker.
            workers.execute(this);
        }
    }
}
