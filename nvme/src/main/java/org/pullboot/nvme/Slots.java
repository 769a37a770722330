package org.pullboot.nvme;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The commands that a queue may have under way. For the thread of its loop. */
final class Slots {
    private final Connection connection;
    private final List<Command> all = new ArrayList<>(0);
    private final ArrayDeque<Command> free = new ArrayDeque<>(1);
    private int capacity;

    /** Slots, made when they are needed first. */
    Slots(Connection connection, int capacity) {
        this.connection = connection;
        this.capacity = capacity;
    }

    /** The queue has another size. */
    void resize(int entries) {
        capacity = entries;
    }

    /**
     * A slot for a command that has come.
     *
     * @throws PduException when the host has sent more commands than its queue has entries
     */
    Command take(int id) throws PduException {
        Command command = free.pollFirst();
        if (command == null) {
            if (all.size() >= capacity) {
                throw PduException.limit("more commands than the queue's " + capacity + " entries");
            }
            command = new Command(connection, all.size());
            all.add(command);
        }
        command.id = id;
        return command;
    }

    /** The command is complete, and its segments are given back. */
    void free(Command command) {
        command.clear();
        free.addFirst(command);
    }

    /**
     * The command that a transfer tag means.
     *
     * @throws PduException when no command of this tag waits for data
     */
    Command receiving(int tag) throws PduException {
        int index = Command.index(tag);
        if (index < all.size()) {
            Command command = all.get(index);
            if (command.receiving && command.tag() == tag) {
                return command;
            }
        }
        for (Command command : all) {
            if (command.receiving) {
                throw PduException.field(Pdu.TTAG, "a transfer tag that is not in use");
            }
        }
        throw PduException.sequence("data that nobody asked for");
    }

    /** Whether any command waits for data. */
    boolean anyReceiving() {
        for (Command command : all) {
            if (command.receiving) {
                return true;
            }
        }
        return false;
    }

    /** All slots, also those that are free. */
    List<Command> all() {
        return all;
    }
}
