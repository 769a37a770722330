package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pullboot.volume.NoSpaceException;

/** Disks that fail, wait, and vanish; hosts that race with themselves. */
final class HostileDeviceIT extends HostileCase {
    private static final long A_SECOND = 1_000_000_000;

    @Override
    Timeouts timeouts() {
        Timeouts usual = Timeouts.defaults();
        return new Timeouts(
                usual.initialisation(),
                usual.connect(),
                usual.progress(),
                usual.termination(),
                usual.discovery(),
                Duration.ofMillis(300),
                usual.tick());
    }

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

    /** The shortest timeout that there is, and a disk that takes longer than it. */
    @Test
    void aDiskMayHangForLongerThanItsHostMayBeSilent() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        device.cached(false);
        device.holdReads(gate);
        device.holdWrites(gate);
        device.holdFlushes(gate);
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan().withKeepAlive(1))) {
            InitiatorQueue queue = association.queue(1);
            List<InitiatorCommand> held = List.of(
                    queue.start(InitiatorSqe.read(WRITABLE, 0, 1), new byte[0], true, 512),
                    queue.start(InitiatorSqe.write(WRITABLE, 0, 1), bytes(512, 1), true, 0),
                    queue.start(InitiatorSqe.flush(WRITABLE), new byte[0], true, 0));
            for (int round = 0; round < 8; round++) {
                LockSupport.parkNanos(A_SECOND / 5);
                association.keepAlive();
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

    /** What it has begun might overwrite what it writes when it has come back. */
    @Test
    void aHostThatIsSilentWhileItsDiskHangsHasToWaitForIt() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        device.holdWrites(gate);
        InitiatorPlan plan = plan();
        try (InitiatorAssociation silent = InitiatorAssociation.open(address(), plan.withKeepAlive(1))) {
            silent.queue(1).start(InitiatorSqe.write(WRITABLE, 0, 1), bytes(512, 1), true, 0);
            assertThat(end(silent.admin().connection())).isEqualTo("X");
            InitiatorRefusal refusal =
                    catchThrowableOfType(InitiatorRefusal.class, () -> InitiatorAssociation.open(address(), plan));
            assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_CONTROLLER_BUSY);
            assertThat(refusal.doNotRetry()).isFalse();
            try (InitiatorAssociation other = association()) {
                other.keepAlive();
            }
            gate.countDown();
            try (InitiatorAssociation again = InitiatorAssociation.open(address(), plan)) {
                works(again.queue(1));
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void aControllerThatTakesItsTimeToStartHoldsUpNoKeepAlive() throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        InitiatorPlan plan = plan().withKeepAlive(1);
        exports().hold(plan.hostNqn(), gate);
        try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan)) {
            InitiatorQueue admin = association.admin();
            InitiatorCommand enable = admin.start(
                    InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE),
                    new byte[0],
                    true,
                    0);
            LockSupport.parkNanos(A_SECOND * 3 / 2); // for which its host has nothing to say
            association.keepAlive();
            gate.countDown();
            assertThat(admin.await(enable).succeeded()).isTrue();
            admin.release(enable);
            association.awaitStatus(1, 1);
            association.keepAlive();
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
    void oneHostThatConnectsAgainAndAgainHasOneController() throws IOException {
        InitiatorPlan plan = plan();
        List<InitiatorAssociation> all = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
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
            int waiting = Byte.toUnsignedInt(association.identifyController().get(259)) + 1;
            for (int event = 0; event < waiting; event++) {
                admin.start(InitiatorSqe.asyncEvent(), new byte[0], true, 0);
            }
            InitiatorSqe[] kinds = {InitiatorSqe.abort(1, 7), InitiatorSqe.keepAlive(), InitiatorSqe.asyncEvent()};
            for (int round = 0; round < 100_000 / 24; round++) {
                List<InitiatorCommand> flood = new ArrayList<>();
                while (admin.hasRoom() && flood.size() < 24) {
                    InitiatorSqe sqe = kinds[flood.size() % kinds.length];
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
