package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pullboot.volume.NoSpaceException;

/** The data path and the life of associations, by sockets. */
@Timeout(60)
class NvmeTargetIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] NOTHING = {};

    private final MemoryDevice device = MemoryDevice.of(16 << 20);
    private final HostileExports exports = new HostileExports(List.of(HostileExports.namespace(1, device)));
    private final List<AutoCloseable> open = new ArrayList<>();
    private NvmeTarget target = start(options(2, 4, 64 << 20), Timeouts.defaults());

    NvmeTargetIT() throws IOException {
        device.fill();
    }

    private NvmeTarget start(TargetOptions options, Timeouts timeouts) throws IOException {
        NvmeTarget started = NvmeTarget.start(options, exports, timeouts);
        open.add(started);
        return started;
    }

    private static TargetOptions options(int loops, int workers, long memory) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new TargetOptions(any, Optional.empty(), loops, workers, 4, 100, 100, memory);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.holdReads(null);
        device.holdWrites(null);
        device.holdFlushes(null);
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(exports.open()).as("open exports").isZero();
            assertThat(target.pool().leased()).as("leased memory").isZero();
            assertThat(target.admission().total()).as("connections").isZero();
        });
    }

    private InitiatorPlan plan(int host) {
        return InitiatorPlan.of(HostileExports.SUBSYSTEM, host).withQueues(2, 64);
    }

    private InitiatorAssociation associate(InitiatorPlan plan) throws IOException {
        InitiatorAssociation association = InitiatorAssociation.open(target.address(), plan);
        open.add(association);
        return association;
    }

    private static InitiatorCommand submit(InitiatorQueue queue, InitiatorSqe sqe, byte[] data) throws IOException {
        InitiatorCommand command = queue.take();
        command.sqe.copy(sqe);
        command.outgoing = ByteBuffer.wrap(data);
        command.inCapsule = true;
        queue.submit(command);
        return command;
    }

    private void assertRead(InitiatorQueue queue, long block, int blocks) throws IOException {
        InitiatorCommand read = queue.execute(InitiatorSqe.read(1, block, blocks), blocks * 512);
        assertThat(read.succeeded()).isTrue();
        assertThat(read.data()).isEqualTo(device.content(block * 512, blocks * 512));
    }

    @Test
    void readsOfEverySizeGiveWhatIsThere() throws IOException {
        for (InitiatorPlan plan : List.of(plan(1), plan(2).withoutFlowControl())) {
            InitiatorQueue queue = associate(plan).queue(1);
            for (boolean cached : new boolean[] {true, false}) {
                device.cached(cached);
                for (int blocks : new int[] {1, 8, 31, 32, 33, 255, 256, 257, 511, 512, 513, 2047, 2048}) {
                    assertRead(queue, 3, blocks);
                }
            }
            device.cached(true);
        }
    }

    @Test
    void aReadThatWaitsKeepsNobodyFromWorking() throws IOException {
        device.cached(false);
        InitiatorAssociation association = associate(plan(1));
        CountDownLatch gate = new CountDownLatch(1);
        device.holdReads(gate);
        InitiatorCommand waiting = association.queue(1).start(InitiatorSqe.read(1, 0, 8), NOTHING, true, 4096);

        await().atMost(LONG).until(() -> device.held.sum() == 1);
        device.cached(true);
        assertRead(association.queue(1), 8, 8);
        assertRead(association.queue(2), 16, 8);
        assertThat(association.property(InitiatorAssociation.CSTS)).isEqualTo(1);
        assertThat(waiting.busy).isTrue();

        gate.countDown();
        association.queue(1).await(waiting);
        assertThat(waiting.data()).isEqualTo(device.content(0, 4096));
    }

    @Test
    void aWriteThatWaitsKeepsNobodyFromWorking() throws Exception {
        target = start(options(1, 1, 64 << 20), Timeouts.defaults());
        InitiatorQueue waits = associate(plan(1)).queue(1);
        InitiatorQueue works = associate(plan(2)).queue(1);
        for (int round = 0; round < 3; round++) {
            byte[] data = new byte[4096];
            Arrays.fill(data, (byte) (round + 1));
            CountDownLatch gate = new CountDownLatch(1);
            device.holdWrites(gate);
            InitiatorCommand held = submit(waits, InitiatorSqe.write(1, 0, 8), data);
            for (int i = 0; i < 20; i++) {
                assertRead(works, 64, 8);
            }
            device.holdWrites(null);
            gate.countDown();
            assertThat(waits.await(held).succeeded()).isTrue();
            waits.release(held);
            assertRead(works, 0, 8);
            assertThat(device.content(0, 4096)).isEqualTo(data);
        }
    }

    @Test
    void writesThatComeTogetherSettleTogether() throws IOException {
        InitiatorQueue queue = associate(plan(1)).queue(1);
        byte[] block = new byte[512];
        Arrays.fill(block, (byte) 0x77);
        for (int i = 0; i < 40; i++) {
            submit(queue, InitiatorSqe.write(1, i, 1).fitSgl(true, 512), block);
        }
        queue.flush();
        for (int i = 0; i < 40; i++) {
            assertThat(queue.await().succeeded()).isTrue();
        }

        assertThat(device.writes.sum()).isEqualTo(40);
        assertThat(device.settles.sum()).isBetween(1L, 10L);
        assertThat(device.content(0, 40 * 512)).containsOnly(0x77);
    }

    @Test
    void flushesThatArriveWhileOneIsUnderWayShareTheNext() throws IOException {
        InitiatorAssociation association = associate(plan(1));
        CountDownLatch gate = new CountDownLatch(1);
        device.holdFlushes(gate);
        List<InitiatorCommand> flushes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            InitiatorQueue queue = association.queue(1 + i % 2);
            flushes.add(queue.start(InitiatorSqe.flush(1), NOTHING, true, 0));
            if (i == 0) {
                await().atMost(LONG).until(() -> device.held.sum() == 1);
            }
        }
        // Answered behind the flushes, so they have arrived.
        assertRead(association.queue(1), 0, 8);
        assertRead(association.queue(2), 0, 8);
        gate.countDown();

        for (int i = 0; i < 20; i++) {
            association.queue(1 + i % 2).await(flushes.get(i));
            assertThat(flushes.get(i).succeeded()).isTrue();
        }
        assertThat(device.flushes.sum()).isEqualTo(2);
    }

    @Test
    void aForcedWriteIsCompleteWhenItIsDurable() throws IOException {
        InitiatorQueue queue = associate(plan(1)).queue(1);
        CountDownLatch gate = new CountDownLatch(1);
        device.holdFlushes(gate);
        byte[] content = new byte[4096];
        InitiatorCommand forced = queue.start(InitiatorSqe.write(1, 0, 8).forceUnitAccess(), content, true, 0);
        await().atMost(LONG).until(() -> device.settles.sum() > 0);
        assertRead(queue, 0, 8);
        assertThat(forced.busy).isTrue();
        assertThat(device.content(0, 4096)).containsOnly(0);

        gate.countDown();
        queue.await(forced);
        assertThat(forced.succeeded()).isTrue();
        assertThat(device.flushes.sum()).isEqualTo(1);
    }

    @Test
    void whatADeviceThrowsIsAStatusAndNoMore() throws IOException {
        InitiatorQueue queue = associate(plan(1)).queue(1);
        byte[] content = new byte[4096];
        device.failReads(() -> new IOException("medium"));
        assertStatus(queue.execute(InitiatorSqe.read(1, 0, 8), 4096), NvmeStatus.UNRECOVERED_READ_ERROR);
        assertStatus(queue.execute(InitiatorSqe.read(1, 0, 1024), 1024 * 512), NvmeStatus.UNRECOVERED_READ_ERROR);
        device.cached(false);
        assertStatus(queue.execute(InitiatorSqe.read(1, 0, 8), 4096), NvmeStatus.UNRECOVERED_READ_ERROR);
        device.failReads(null);

        device.failWrites(() -> new IOException("medium"));
        assertStatus(queue.executeInCapsule(InitiatorSqe.write(1, 0, 8), content), NvmeStatus.WRITE_FAULT);
        assertStatus(queue.executeOnDemand(InitiatorSqe.write(1, 0, 8), content), NvmeStatus.WRITE_FAULT);
        device.failWrites(() -> new NoSpaceException("full"));
        assertStatus(queue.executeInCapsule(InitiatorSqe.write(1, 0, 8), content), NvmeStatus.CAPACITY_EXCEEDED);
        device.failWrites(null);
        device.failFlushes(() -> new IOException("medium"));
        assertStatus(queue.execute(InitiatorSqe.flush(1)), NvmeStatus.WRITE_FAULT);
        assertStatus(
                queue.executeInCapsule(InitiatorSqe.write(1, 0, 8).forceUnitAccess(), content), NvmeStatus.WRITE_FAULT);
        device.failFlushes(null);

        device.misbehave(() -> new IllegalStateException("a mistake"));
        assertStatus(queue.execute(InitiatorSqe.read(1, 0, 8), 4096), NvmeStatus.INTERNAL_ERROR);
        assertStatus(queue.executeInCapsule(InitiatorSqe.write(1, 0, 8), content), NvmeStatus.INTERNAL_ERROR);
        assertStatus(queue.execute(InitiatorSqe.flush(1)), NvmeStatus.INTERNAL_ERROR);
        device.misbehave(null);
        assertRead(queue, 0, 8);
    }

    private static void assertStatus(InitiatorCommand command, int status) {
        assertThat(command.code()).isEqualTo(status);
        assertThat(command.doNotRetry()).as("Do Not Retry").isFalse();
    }

    /** What a host has sent again by its new association must not be overwritten by what it sent by the old one. */
    @Test
    void aHostThatConnectsAnewEndsWhatItHadBefore() throws Exception {
        target.close();
        target = start(options(1, 1, 64 << 20), Timeouts.defaults());
        InitiatorAssociation old = associate(plan(1));
        CountDownLatch gate = new CountDownLatch(1);
        device.holdWrites(gate);
        // What only the one worker does, so that the other one waits for it.
        old.queue(1).start(InitiatorSqe.writeZeroes(1, 0, 1), NOTHING, true, 0);
        await().atMost(LONG).until(() -> device.held.sum() == 1);
        old.queue(2).start(InitiatorSqe.writeZeroes(1, 1, 1), NOTHING, true, 0);

        CompletableFuture<InitiatorAssociation> anew = CompletableFuture.supplyAsync(() -> {
            try {
                return InitiatorAssociation.open(target.address(), plan(1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> old.queue(1).await()).isInstanceOf(IOException.class);
        assertThat(anew.isDone()).as("connected before the old change was over").isFalse();

        gate.countDown();
        try (InitiatorAssociation fresh = anew.get(20, TimeUnit.SECONDS)) {
            assertThat(fresh.controller()).isNotEqualTo(old.controller());
            assertThat(exports.open()).isEqualTo(1);
            assertThat(device.writes.sum())
                    .as("the change that had begun, not the other")
                    .isEqualTo(1);
            assertRead(fresh.queue(1), 0, 8);
        }
    }

    @Test
    void aHostThatIsSilentForTooLongIsLeft() throws IOException {
        InitiatorAssociation association = associate(plan(1).withKeepAlive(1000));

        assertThat(association.admin().connection().next()).isNull();
        assertThat(association.queue(1).connection().next()).isNull();
    }

    @Test
    void whoSaysNothingIsLeft() throws IOException {
        Duration little = Duration.ofMillis(200);
        target.close();
        target = start(
                options(1, 1, 64 << 20),
                new Timeouts(little, little.multipliedBy(3), little, little, little, little, little));
        try (InitiatorConnection silent = InitiatorConnection.raw(target.address());
                InitiatorConnection initialised = InitiatorConnection.open(target.address(), InitiatorOptions.PLAIN)) {
            assertThat(silent.next()).isNull();
            assertThat(initialised.next()).isNull();
        }
    }

    @Test
    void largeWritesOfManyHostsWaitForTheirTurnInLittleMemory() throws Exception {
        target.close();
        target = start(options(2, 2, BufferPool.MINIMUM), Timeouts.defaults());
        byte[] content = new byte[1 << 20];
        Arrays.fill(content, (byte) 0x33);
        List<InitiatorQueue> queues = new ArrayList<>();
        for (int host = 1; host <= 8; host++) {
            queues.add(associate(plan(host)).queue(1));
        }
        List<CompletableFuture<Boolean>> done = new ArrayList<>();
        for (InitiatorQueue queue : queues) {
            done.add(CompletableFuture.supplyAsync(() -> writesAndReads(queue, content)));
        }
        for (CompletableFuture<Boolean> each : done) {
            assertThat(each.get(50, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean writesAndReads(InitiatorQueue queue, byte[] content) {
        try {
            List<InitiatorCommand> commands = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                commands.add(queue.start(InitiatorSqe.write(1, i * 2048L, 2048), content, false, 0));
            }
            boolean well = true;
            for (InitiatorCommand command : commands) {
                queue.await(command);
                well &= command.succeeded();
            }
            InitiatorCommand read = queue.execute(InitiatorSqe.read(1, 0, 2048), content.length);
            return well && read.succeeded() && Arrays.equals(read.data(), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theEndOfTheTargetFlushesAndHangsUp() throws IOException {
        InitiatorAssociation association = associate(plan(1));
        InitiatorSqe write = InitiatorSqe.write(1, 0, 1);
        assertThat(association.queue(1).executeInCapsule(write, new byte[512]).succeeded())
                .isTrue();

        target.close();

        assertThat(device.flushes.sum()).isEqualTo(1);
        assertThat(exports.open()).isZero();
        assertThat(association.admin().connection().next()).isNull();
        assertThatThrownBy(() -> InitiatorConnection.raw(target.address())).isInstanceOf(IOException.class);
    }

    @Test
    void nobodyHasMoreConnectionsThanHisShare() throws IOException {
        target.close();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        target = start(new TargetOptions(any, Optional.empty(), 1, 1, 4, 100, 2, 64 << 20), Timeouts.defaults());
        InitiatorAssociation two = associate(plan(1).withQueues(1, 64));
        try (InitiatorConnection third = InitiatorConnection.raw(target.address())) {
            assertThat(third.next()).isNull();
            assertThat(two.queue(1).execute(InitiatorSqe.read(1, 0, 8), 4096).succeeded())
                    .isTrue();
        }
        two.close();
        await().atMost(LONG).until(() -> target.admission().total() == 0);
        InitiatorConnection.open(target.address(), InitiatorOptions.PLAIN).close();
    }

    @Test
    void twoTargetsCannotHaveOnePort() {
        TargetOptions same = TargetOptions.defaults().listeningOn(target.address());

        assertThatThrownBy(() -> NvmeTarget.start(same, exports))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on");
    }
}
