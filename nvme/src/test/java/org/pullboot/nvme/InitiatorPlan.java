package org.pullboot.nvme;

import java.util.UUID;

/**
 * How a host connects.
 *
 * @param hostNqn its name
 * @param hostId its identifier
 * @param subsystemNqn what it connects to
 * @param options of each connection
 * @param queues I/O queues it asks for; 0 for none
 * @param entries of each I/O queue, so one less command may be under way
 * @param flowControl whether SQ flow control stays on
 * @param keepAliveMillis KATO; 0 for none
 */
record InitiatorPlan(
        String hostNqn,
        UUID hostId,
        String subsystemNqn,
        InitiatorOptions options,
        int queues,
        int entries,
        boolean flowControl,
        long keepAliveMillis) {
    static final String DISCOVERY_NQN = "nqn.2014-08.org.nvmexpress.discovery";

    /** One I/O queue of 32 commands for the host of that number. */
    static InitiatorPlan of(String subsystemNqn, long host) {
        UUID id = new UUID(0x1111_1111_2222_3333L, 0x8444_0000_0000_0000L | host);
        String nqn = "nqn.2014-08.org.nvmexpress:uuid:" + id;
        return new InitiatorPlan(nqn, id, subsystemNqn, InitiatorOptions.PLAIN, 1, 33, true, 0);
    }

    InitiatorPlan withHost(String nqn, UUID id) {
        return new InitiatorPlan(nqn, id, subsystemNqn, options, queues, entries, flowControl, keepAliveMillis);
    }

    InitiatorPlan withOptions(InitiatorOptions changed) {
        return new InitiatorPlan(hostNqn, hostId, subsystemNqn, changed, queues, entries, flowControl, keepAliveMillis);
    }

    InitiatorPlan withQueues(int count, int size) {
        return new InitiatorPlan(hostNqn, hostId, subsystemNqn, options, count, size, flowControl, keepAliveMillis);
    }

    InitiatorPlan withoutFlowControl() {
        return new InitiatorPlan(hostNqn, hostId, subsystemNqn, options, queues, entries, false, keepAliveMillis);
    }

    InitiatorPlan withKeepAlive(long millis) {
        return new InitiatorPlan(hostNqn, hostId, subsystemNqn, options, queues, entries, flowControl, millis);
    }
}
