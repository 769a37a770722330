package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pullboot.volume.NoSpaceException;

/** Disks that fail, wait, and vanish; hosts that race with themselves. */
final class HostileDeviceIT extends HostileCase {
    @AfterEach
    void heal() {
        device.failReads(null);
        device.failWrites(null);
        device.failFlushes(null);
        device.misbehave(null);
        device.holdReads(null);
        device.holdWrites(null);
        device.cached(true);
    }

    @Test
    void anErrorOfTheDiskIsTheCommandsOwn() throws IOException {
        Supplier<IOException> broken = () -> new IOException("input/output error");
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            device.failReads(broken);
            assertFailed(queue.execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096), NvmeStatus.UNRECOVERED_READ_ERROR);
            device.cached(false);
            assertFailed(queue.execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096), NvmeStatus.UNRECOVERED_READ_ERROR);
            assertFailed(
                    queue.executeInCapsule(InitiatorSqe.compare(WRITABLE, 0, 8), bytes(4096, 0)),
                    NvmeStatus.UNRECOVERED_READ_ERROR);
            device.failWrites(broken);
            assertFailed(
                    queue.executeInCapsule(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1)), NvmeStatus.WRITE_FAULT);
            assertFailed(
                    queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1)), NvmeStatus.WRITE_FAULT);
            assertFailed(queue.execute(InitiatorSqe.writeZeroes(WRITABLE, 0, 8)), NvmeStatus.WRITE_FAULT);
            device.failFlushes(broken);
            assertFailed(queue.execute(InitiatorSqe.flush(WRITABLE)), NvmeStatus.WRITE_FAULT);
            heal();
            device.failFlushes(broken);
            InitiatorSqe durable = InitiatorSqe.write(WRITABLE, 0, 8).forceUnitAccess();
            assertFailed(queue.executeInCapsule(durable, bytes(4096, 1)), NvmeStatus.WRITE_FAULT);
            heal();
            works(queue);
        }
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            device.failWrites(() -> new NoSpaceException("no room"));
            assertFailed(
                    queue.executeInCapsule(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1)),
                    NvmeStatus.CAPACITY_EXCEEDED);
            heal();
            works(queue);
        }
    }

    @Test
    void aMistakeInADiskEndsNobodysConnection() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            for (boolean cached : new boolean[] {true, false}) {
                device.cached(cached);
                device.misbehave(() -> new IllegalStateException("a mistake, made on purpose"));
                assertFailed(queue.execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096), NvmeStatus.INTERNAL_ERROR);
                assertFailed(
                        queue.executeInCapsule(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1)),
                        NvmeStatus.INTERNAL_ERROR);
                assertFailed(queue.execute(InitiatorSqe.flush(WRITABLE)), NvmeStatus.INTERNAL_ERROR);
                heal();
                works(queue);
            }
        }
    }

    @Test
    void aDiskThatHangsHoldsUpNoKeepAlive() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        device.cached(false);
        device.holdReads(gate);
        device.holdWrites(gate);
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            List<InitiatorCommand> held = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                held.add(queue.start(InitiatorSqe.read(WRITABLE, i, 1), new byte[0], true, 512));
                held.add(queue.start(InitiatorSqe.write(WRITABLE, i, 1), bytes(512, i), true, 0));
            }
            for (int round = 0; round < 20; round++) {
                association.keepAlive();
                assertThat(association.identifyController().capacity()).isEqualTo(4096);
            }
            gate.countDown();
            for (InitiatorCommand command : held) {
                assertThat(queue.await(command).succeeded()).isTrue();
                queue.release(command);
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void aHostMayGoWhileItsDiskHangs() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        device.cached(false);
        device.holdReads(gate);
        device.holdWrites(gate);
        try {
            for (int host = 0; host < 4; host++) {
                InitiatorAssociation association = association();
                for (int i = 0; i < 5; i++) {
                    association.queue(1).start(InitiatorSqe.read(WRITABLE, i, 1), new byte[0], true, 512);
                    association.queue(2).start(InitiatorSqe.write(WRITABLE, i, 8), bytes(4096, i), i % 2 == 0, 0);
                }
                if (host % 2 == 0) {
                    association.queue(1).connection().socket().reset();
                }
                association.close();
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void aNamespaceMayGoUnderCommands() throws IOException {
        MemoryDevice first = MemoryDevice.of(1 << 20);
        InitiatorPlan plan = plan();
        exports()
                .choose(
                        plan.hostNqn(),
                        List.of(HostileExports.namespace(1, first), HostileExports.namespace(3, first)));
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            InitiatorAssociation.done(association.admin().execute(InitiatorSqe.setFeatures(0x0b, 0x100)));
            InitiatorCommand event = association.admin().start(InitiatorSqe.asyncEvent(), new byte[0], true, 0);
            assertThat(association
                            .queue(1)
                            .execute(InitiatorSqe.read(3, 0, 8), 4096)
                            .succeeded())
                    .isTrue();

            exports().choose(plan.hostNqn(), List.of(HostileExports.namespace(1, MemoryDevice.of(1 << 19))));
            target().namespacesChanged(plan.hostNqn());

            assertThat(association.admin().await(event).result).isEqualTo(0x04_0002);
            association.admin().release(event);
            assertThat(association
                            .queue(1)
                            .execute(InitiatorSqe.read(3, 0, 8), 4096)
                            .code())
                    .isIn(NvmeStatus.INVALID_NAMESPACE, NvmeStatus.NAMESPACE_NOT_READY);
            assertThat(association
                            .queue(1)
                            .execute(InitiatorSqe.read(1, 1024, 8), 4096)
                            .code())
                    .isEqualTo(NvmeStatus.LBA_OUT_OF_RANGE);
            assertThat(association.identifyNamespace(1).getLong(0)).isEqualTo(1024);

            byte[] changed = InitiatorAssociation.done(
                            association.admin().execute(InitiatorSqe.logPage(0x04, 4096, 0), 4096))
                    .data();
            assertThat(changed).startsWith(1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void manyConnectionsDoNotKeepOthersOut() throws IOException {
        List<InitiatorConnection> half = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                half.add(raw());
            }
            try (InitiatorAssociation association = association()) {
                works(association.queue(1));
            }
        } finally {
            for (InitiatorConnection connection : half) {
                connection.close();
            }
        }
    }

    @Test
    void oneHostThatConnectsAgainAndAgainHasOneController() throws IOException {
        InitiatorPlan plan = plan();
        List<InitiatorAssociation> all = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                all.add(InitiatorAssociation.open(address(), plan));
            }
            works(all.getLast().queue(1));
            for (InitiatorAssociation old : all.subList(0, all.size() - 1)) {
                assertThat(end(old.queue(1).connection())).isEqualTo("X");
                assertThat(end(old.admin().connection())).isEqualTo("X");
            }
            assertThat(all.stream().map(InitiatorAssociation::controller)).doesNotHaveDuplicates();
        } finally {
            for (InitiatorAssociation association : all) {
                association.close();
            }
        }
    }

    @Test
    void adminCommandsMayComeAsFastAsTheyCan() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            for (int round = 0; round < 2_000; round++) {
                List<InitiatorCommand> flood = new ArrayList<>();
                while (admin.hasRoom() && flood.size() < 24) {
                    InitiatorSqe sqe = flood.size() % 2 == 0 ? InitiatorSqe.abort(1, 7) : InitiatorSqe.keepAlive();
                    InitiatorCommand command = admin.take();
                    command.sqe.copy(sqe);
                    admin.submit(command);
                    flood.add(command);
                }
                admin.flush();
                for (InitiatorCommand command : flood) {
                    admin.release(admin.await(command));
                }
            }
            works(association.queue(1));
        }
    }

    private static void assertFailed(InitiatorCommand command, int status) {
        assertThat(command.code()).isEqualTo(status);
        assertThat(command.doNotRetry()).as("Do Not Retry").isFalse();
    }
}
