package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a well-behaved host gets, held to the specification PDU by PDU. */
final class ConformanceIT extends HostileCase {
    private static final long COMMANDS = 4_000;
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "false, false, 0, true",
        "true, false, 0, true",
        "false, true, 0, true",
        "true, true, 0, true",
        "true, true, 31, true",
        "false, false, 0, false",
        "true, true, 7, false",
        "false, false, 1, false",
    })
    void whatWasWrittenIsRead(boolean header, boolean data, int alignment, boolean flowControl) throws Exception {
        InitiatorOptions options = new InitiatorOptions(alignment, header, data, 0);
        InitiatorPlan plan = withFlowControl(plan().withOptions(options), flowControl);
        InitiatorLoad load = InitiatorLoad.of(plan, InitiatorLoad.Kind.MIXED, 16, COMMANDS);

        assertWhole(load);
        assertWhole(load.onDemand());
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 8192, 16384, 65536, 131072, 1 << 20})
    void blocksOfAnySizeAreRead(int bytes) throws Exception {
        for (boolean digests : new boolean[] {false, true}) {
            InitiatorPlan plan = plan().withOptions(InitiatorOptions.PLAIN.withDigests(digests, digests));
            int depth = bytes > 65536 ? 3 : 16;
            InitiatorLoad load = InitiatorLoad.of(plan.withQueues(1, 2), InitiatorLoad.Kind.MIXED, depth, 400);
            assertWhole(load.withBlockBytes(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(InitiatorLoad.Kind.class)
    void everyKindOfLoadIsCarried(InitiatorLoad.Kind kind) throws Exception {
        assertWhole(InitiatorLoad.of(plan(), kind, 32, COMMANDS));
        assertWhole(InitiatorLoad.of(plan().withoutFlowControl(), kind, 1, 300));
    }

    @Test
    void readsThatWaitForDisksComeBackInTheirOwnTime() throws Exception {
        device.cached(false);
        try {
            assertWhole(InitiatorLoad.of(plan(), InitiatorLoad.Kind.MIXED, 32, COMMANDS));
            assertWhole(InitiatorLoad.of(plan().withoutFlowControl(), InitiatorLoad.Kind.MIXED, 8, COMMANDS)
                    .withBlockBytes(65536));
        } finally {
            device.cached(true);
        }
    }

    @Test
    void durableWritesAreFlushed() throws Exception {
        long before = device.flushes.sum();
        assertWhole(InitiatorLoad.of(plan(), InitiatorLoad.Kind.WRITE, 8, 200).withForceUnitAccess());
        assertThat(device.flushes.sum()).isGreaterThan(before);
    }

    @Test
    void sixteenHostsAreServedAtOnce() throws Exception {
        assertWhole(InitiatorLoad.of(plan(), InitiatorLoad.Kind.MIXED, 8, 4 * COMMANDS)
                .withControllers(16));
    }

    @Test
    void aHostThatFallsSilentIsForgotten() throws IOException {
        await().atMost(SOON).until(() -> exports().open() <= 1); // the canary's; earlier hosts are gone by then
        int before = exports().open();
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan().withKeepAlive(1_000))) {
            assertThat(exports().open()).isEqualTo(before + 1);
            assertThat(end(association.queue(1).connection())).isEqualTo("X");
            assertThat(end(association.admin().connection())).isEqualTo("X");
        }
        await().atMost(SOON).until(() -> exports().open() <= before);
    }

    @Test
    void aHostThatWorksIsNotForgotten() throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan().withKeepAlive(1_000))) {
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() < end) {
                works(association.queue(1)); // with TBKAS any command keeps the controller alive
            }
            association.keepAlive();
        }
    }

    @Test
    void aHostThatGoesWithoutAWordIsForgotten() throws IOException {
        int before = exports().open();
        for (int round = 0; round < 8; round++) {
            InitiatorAssociation association = association();
            association.queue(1).start(InitiatorSqe.read(WRITABLE, 0, 2048), new byte[0], true, 1 << 20);
            if (round % 2 == 0) {
                association.admin().connection().socket().reset();
            }
            association.close();
        }
        await().atMost(SOON).until(() -> exports().open() <= before);
    }

    @Test
    void aHostThatComesAgainEndsWhatItWas() throws IOException {
        InitiatorPlan plan = plan();
        try (InitiatorAssociation old = InitiatorAssociation.open(address(), plan)) {
            InitiatorConnection connection = old.queue(1).connection();
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 64, 8).cid(1).fitSgl(false, 4096);
            connection.send(connection.capsule(write));
            int tag = connection.expect(InitiatorPdu.R2T).u16(10);

            try (InitiatorAssociation fresh = InitiatorAssociation.open(address(), plan)) {
                byte[] current = bytes(4096, 0x22);
                InitiatorAssociation.done(
                        fresh.queue(1).executeInCapsule(InitiatorSqe.write(WRITABLE, 64, 8), current));
                connection.send(connection.h2cData(1, tag, 0, bytes(4096, 0x11), true));
                assertThat(end(connection)).isEqualTo("X");
                assertThat(end(old.admin().connection())).isEqualTo("X");

                assertThat(device.content(64 * 512, 4096)).isEqualTo(current);
                assertThat(fresh.controller()).isNotEqualTo(old.controller());
                works(fresh.queue(1));
            }
        }
    }

    @Test
    void aHostThatComesAgainWaitsForItsOldWrites() throws Exception {
        InitiatorPlan plan = plan();
        Gate gate = new Gate();
        device.holdWrites(gate);
        try (InitiatorAssociation old = InitiatorAssociation.open(address(), plan)) {
            for (int i = 0; i < 8; i++) {
                old.queue(1).start(InitiatorSqe.write(WRITABLE, 128, 8), bytes(4096, 0x11), true, 0);
            }
            gate.reached.await();
            Thread opener = Thread.ofPlatform().daemon().start(() -> {
                // lets the old writes go only after the new Connect is on its way
                LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
                device.holdWrites(null);
                gate.countDown();
            });
            try (InitiatorAssociation fresh = InitiatorAssociation.open(address(), plan)) {
                assertThat(gate.getCount())
                        .as("Connect is answered when the old writes are done")
                        .isZero();
                byte[] current = bytes(4096, 0x22);
                InitiatorAssociation.done(
                        fresh.queue(1).executeInCapsule(InitiatorSqe.write(WRITABLE, 128, 8), current));
                long writes = device.writes.sum();
                works(fresh.queue(1));
                assertThat(device.content(128 * 512, 4096)).isEqualTo(current);
                assertThat(device.writes.sum()).isEqualTo(writes + 2);
            }
            opener.join();
        } finally {
            device.holdWrites(null);
            gate.countDown();
        }
    }

    @Test
    void otherHostsAreNotFenced() throws IOException {
        try (InitiatorAssociation one = association();
                InitiatorAssociation two = association()) {
            works(one.queue(1));
            works(two.queue(2));
        }
    }

    @Test
    void discoveryTellsWhereTheSubsystemIs() throws IOException {
        InitiatorPlan plan = InitiatorPlan.of(InitiatorPlan.DISCOVERY_NQN, 4711).withQueues(0, 2);
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            ByteBuffer header = log(association, 1024, 0);
            long generation = header.getLong(0);
            int records = (int) header.getLong(8);
            assertThat(records).isBetween(1, 8);
            ByteBuffer all = log(association, 1024 * (records + 1), 0);
            assertThat(all.getLong(0)).isEqualTo(generation);
            ByteBuffer second = log(association, 1024 * records, 1024);
            assertThat(second).isEqualTo(all.slice(1024, 1024 * records));

            boolean found = false;
            for (int record = 1; record <= records; record++) {
                int at = 1024 * record;
                assertThat(all.get(at)).as("TCP").isEqualTo((byte) 3);
                assertThat(all.get(at + 1)).as("IPv4").isEqualTo((byte) 1);
                assertThat(text(all, at + 32, 32))
                        .isEqualTo(Integer.toString(address().getPort()));
                assertThat(text(all, at + 512, 256)).isEqualTo("127.0.0.1");
                found |= text(all, at + 256, 256).equals(HostileExports.SUBSYSTEM) && all.get(at + 2) == 2;
            }
            assertThat(found).isTrue();
            association.shutDown();
        }
    }

    @Test
    void aChangeOfNamespacesIsToldOnce() throws IOException {
        InitiatorPlan plan = plan();
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            InitiatorQueue admin = association.admin();
            InitiatorAssociation.done(admin.execute(InitiatorSqe.setFeatures(0x0b, 0x100)));
            InitiatorCommand event = admin.start(InitiatorSqe.asyncEvent(), new byte[0], true, 0);
            exports().choose(plan.hostNqn(), List.of(HostileExports.namespace(5, device)));
            target().namespacesChanged(plan.hostNqn());
            assertThat(admin.await(event).result).isEqualTo(0x04_0002);
            admin.release(event);

            byte[] namespaces = InitiatorAssociation.done(admin.execute(InitiatorSqe.identify(2, 0), 4096))
                    .data();
            assertThat(namespaces).startsWith(5, 0, 0, 0, 0, 0, 0, 0);

            InitiatorCommand next = admin.start(InitiatorSqe.asyncEvent(), new byte[0], true, 0);
            target().namespacesChanged(plan.hostNqn());
            association.keepAlive();
            assertThat(admin.underWay())
                    .as("told again only when the log was read")
                    .isEqualTo(1);
            InitiatorAssociation.done(admin.execute(InitiatorSqe.logPage(4, 4096, 0), 4096));
            exports().choose(plan.hostNqn(), List.of(HostileExports.namespace(6, device)));
            target().namespacesChanged(plan.hostNqn());
            assertThat(admin.await(next).result).isEqualTo(0x04_0002);
            admin.release(next);
        }
    }

    @Test
    void theControllerMayBeResetAndUsedAgain() throws IOException {
        try (InitiatorAssociation association = association()) {
            works(association.queue(1));
            association.setProperty(InitiatorAssociation.CC, InitiatorAssociation.ENABLE & ~1);
            association.awaitStatus(1, 0);
            assertThat(end(association.queue(1).connection())).isEqualTo("X");
            assertThat(end(association.queue(2).connection())).isEqualTo("X");
            association.enable();
            association.grant(2);
            works(association.connectQueue(1));
        }
    }

    @Test
    void aControllerIsShutDownWithItsDataFlushed() throws IOException {
        InitiatorAssociation association = association();
        works(association.queue(1));
        long before = device.flushes.sum();
        association.shutDown();
        assertThat(device.flushes.sum()).isGreaterThan(before);
    }

    @Test
    void aTargetThatEndsClosesEveryConnection() throws IOException {
        MemoryDevice disk = MemoryDevice.of(1 << 20);
        HostileExports own = new HostileExports(List.of(HostileExports.namespace(1, disk)));
        NvmeTarget ending = NvmeTarget.start(options(TargetOptions.defaults()), own);
        try (InitiatorAssociation association = InitiatorAssociation.open(ending.address(), plan())) {
            InitiatorAssociation.done(
                    association.queue(1).executeInCapsule(InitiatorSqe.write(1, 0, 1), bytes(512, 9)));
            ending.close();
            assertThat(end(association.queue(1).connection())).isEqualTo("X");
            assertThat(end(association.admin().connection())).isEqualTo("X");
            assertThat(own.open()).isZero();
            assertThat(disk.flushes.sum()).isPositive();
            assertThat(disk.content(0, 512)).containsOnly(9);
        } finally {
            ending.close();
        }
    }

    /** A gate that tells when somebody waits before it. */
    private static final class Gate extends CountDownLatch {
        final CountDownLatch reached = new CountDownLatch(1);

        Gate() {
            super(1);
        }

        @Override
        public void await() throws InterruptedException {
            reached.countDown();
            super.await();
        }
    }

    private void assertWhole(InitiatorLoad load) throws IOException, InterruptedException {
        InitiatorLoadResult result = InitiatorLoadRun.run(address(), load, OptionalLong.empty());
        assertThat(result.errors()).isZero();
        assertThat(result.commands()).isPositive();
    }

    private static InitiatorPlan withFlowControl(InitiatorPlan plan, boolean on) {
        return on ? plan : plan.withoutFlowControl();
    }

    private static ByteBuffer log(InitiatorAssociation association, int bytes, long offset) throws IOException {
        InitiatorSqe sqe = InitiatorSqe.logPage(0x70, bytes, offset).u32(4, 0);
        return ByteBuffer.wrap(InitiatorAssociation.done(association.admin().execute(sqe, bytes))
                        .data())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(ByteBuffer log, int offset, int length) {
        byte[] bytes = new byte[length];
        log.get(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII).replace('\0', ' ').stripTrailing();
    }
}
