package org.pullboot.nvme;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host's association with a controller: an admin queue and I/O queues, connected in the order in which Linux does it
 * (NVMe Base 2.0, 3.1.5 and 6.3). Each queue is for one thread at a time.
 */
final class InitiatorAssociation implements AutoCloseable {
    static final int ADMIN_ENTRIES = 32;
    static final int CAP = 0x00;
    static final int VS = 0x08;
    static final int CC = 0x14;
    static final int CSTS = 0x1c;

    /** 64-byte submission and 16-byte completion entries, enabled. */
    static final int ENABLE = 6 << 16 | 4 << 20 | 1;

    private static final int NUMBER_OF_QUEUES = 0x07;
    private static final int ANY_CONTROLLER = 0xffff;
    private static final Duration ENABLED_WITHIN = Duration.ofSeconds(15);

    private final InetSocketAddress target;
    private final InitiatorPlan plan;
    private final InitiatorQueue admin;
    private final int controller;
    private final List<InitiatorQueue> queues = new ArrayList<>();
    private @Nullable InitiatorController identity;

    private InitiatorAssociation(InetSocketAddress target, InitiatorPlan plan) throws IOException {
        this.target = target;
        this.plan = plan;
        InitiatorConnection connection = InitiatorConnection.open(target, plan.options());
        try {
            admin = new InitiatorQueue(connection, 0, ADMIN_ENTRIES, plan.flowControl());
            controller = connect(admin, ADMIN_ENTRIES, ANY_CONTROLLER);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The admin queue connected, the controller not enabled. */
    static InitiatorAssociation connect(InetSocketAddress target, InitiatorPlan plan) throws IOException {
        return new InitiatorAssociation(target, plan);
    }

    /** The controller enabled, as many I/O queues connected as were asked for and granted. */
    static InitiatorAssociation open(InetSocketAddress target, InitiatorPlan plan) throws IOException {
        InitiatorAssociation association = connect(target, plan);
        try {
            association.enable();
            association.identity();
            if (plan.queues() > 0) {
                int granted = association.grant(plan.queues());
                for (int qid = 1; qid <= Math.min(granted, plan.queues()); qid++) {
                    association.connectQueue(qid);
                }
            }
            return association;
        } catch (IOException | RuntimeException e) {
            association.close();
            throw e;
        }
    }

    int controller() {
        return controller;
    }

    InitiatorPlan plan() {
        return plan;
    }

    InitiatorQueue admin() {
        return admin;
    }

    /** The I/O queue of that id, from 1 up. */
    InitiatorQueue queue(int id) {
        return queues.get(id - 1);
    }

    List<InitiatorQueue> queues() {
        return List.copyOf(queues);
    }

    /** Get Property; 8 bytes for CAP. */
    long property(int offset) throws IOException {
        InitiatorCommand got = done(admin.execute(InitiatorSqe.propertyGet(offset, offset == CAP)));
        InitiatorViolation.unless(
                offset == CAP || got.result >>> 32 == 0, "property 0x%x of 4 bytes is 0x%x", offset, got.result);
        return got.result;
    }

    void setProperty(int offset, long value) throws IOException {
        done(admin.execute(InitiatorSqe.propertySet(offset, value)));
    }

    /** Enables the controller and waits until it is ready. */
    void enable() throws IOException {
        long capabilities = property(CAP);
        InitiatorViolation.unless((capabilities & 0xffff) >= 1, "CAP.MQES is 0, so a queue has no room");
        InitiatorViolation.unless((capabilities >>> 37 & 1) == 1, "CAP.CSS lacks the NVM command set");
        setProperty(CC, ENABLE);
        awaitStatus(1, 1);
    }

    /** Waits until those bits of CSTS have that value. */
    void awaitStatus(int mask, int value) throws IOException {
        long end = System.nanoTime() + ENABLED_WITHIN.toNanos();
        while ((property(CSTS) & mask) != value) {
            InitiatorViolation.unless(
                    System.nanoTime() < end, "CSTS & 0x%x did not become 0x%x within %s", mask, value, ENABLED_WITHIN);
        }
    }

    /** Asks for I/O queues and says how many there may be. */
    int grant(int count) throws IOException {
        int value = (count - 1) * 0x10001;
        long granted = done(admin.execute(InitiatorSqe.setFeatures(NUMBER_OF_QUEUES, value))).result;
        InitiatorViolation.unless(
                (granted & 0xffff) == granted >>> 16,
                "as many completion as submission queues go with Fabrics: 0x%x",
                granted);
        return (int) (granted & 0xffff) + 1;
    }

    /** Connects an I/O queue. */
    InitiatorQueue connectQueue(int qid) throws IOException {
        InitiatorConnection connection = InitiatorConnection.open(target, plan.options());
        try {
            InitiatorQueue queue = new InitiatorQueue(connection, qid, plan.entries(), plan.flowControl());
            connect(queue, plan.entries(), controller);
            queues.add(queue);
            return queue;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private int connect(InitiatorQueue queue, int entries, int to) throws IOException {
        byte[] data = InitiatorSqe.connectData(plan.hostId(), to, plan.subsystemNqn(), plan.hostNqn());
        InitiatorSqe sqe = InitiatorSqe.connect(
                queue.id(), entries, plan.flowControl(), queue.id() == 0 ? plan.keepAliveMillis() : 0);
        return connect(queue, sqe, data);
    }

    /** Connects a queue by any Connect command; returns the controller's id. */
    static int connect(InitiatorQueue queue, InitiatorSqe sqe, byte[] data) throws IOException {
        InitiatorCommand reply = queue.connect(sqe, data);
        if (!reply.succeeded()) {
            throw new InitiatorRefusal(reply);
        }
        int id = (int) (reply.result & 0xffff);
        InitiatorViolation.unless(id >= 1 && id <= 0xffef, "Connect gave controller id 0x%x", id);
        InitiatorViolation.unless(
                (reply.result & ~0x6ffffL) == 0, "Connect's result 0x%x has reserved bits set", reply.result);
        return id;
    }

    /** What the controller says of itself. */
    InitiatorController identity() throws IOException {
        InitiatorController known = identity;
        if (known == null) {
            known = InitiatorController.of(identifyController(), controller);
            identity = known;
        }
        return known;
    }

    /** Identify Controller. */
    ByteBuffer identifyController() throws IOException {
        return ByteBuffer.wrap(done(admin.execute(InitiatorSqe.identify(0x01, 0), 4096))
                        .data())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Identify Namespace. */
    ByteBuffer identifyNamespace(int nsid) throws IOException {
        return ByteBuffer.wrap(done(admin.execute(InitiatorSqe.identify(0x00, nsid), 4096))
                        .data())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    void keepAlive() throws IOException {
        done(admin.execute(InitiatorSqe.keepAlive()));
    }

    /** Shuts the controller down as Linux does, then closes. */
    void shutDown() throws IOException {
        for (InitiatorQueue queue : queues) {
            queue.close();
        }
        setProperty(CC, ENABLE | 1 << 14);
        awaitStatus(3 << 2, 2 << 2);
        close();
    }

    /** Closes the connections, I/O queues first, and says nothing before. */
    @Override
    public void close() throws IOException {
        for (InitiatorQueue queue : queues) {
            queue.close();
        }
        admin.close();
    }

    static InitiatorCommand done(InitiatorCommand command) throws InitiatorRefusal {
        if (!command.succeeded()) {
            throw new InitiatorRefusal(command);
        }
        return command;
    }
}
