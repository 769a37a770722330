package org.pullboot.nvme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** A well-behaved host that reads and writes all the time, and finds out when others disturb it. */
final class HostileCanary implements AutoCloseable {
    private static final long PAUSE = Duration.ofMillis(2).toNanos();
    private static final int BLOCKS = 64;

    private final CompletableFuture<Integer> singing;
    private volatile boolean enough;

    HostileCanary(InetSocketAddress target, InitiatorPlan plan) throws IOException {
        InitiatorAssociation association = InitiatorAssociation.open(target, plan);
        Executor thread = task -> Thread.ofPlatform().name("canary").daemon().start(task);
        singing = CompletableFuture.supplyAsync(() -> sing(association), thread);
    }

    private int sing(InitiatorAssociation association) {
        InitiatorPattern pattern = new InitiatorPattern(77);
        InitiatorQueue queue = association.queue(1);
        byte[] content = new byte[4096];
        int round = 0;
        try (association) {
            for (; !enough; round++) {
                int block = round % BLOCKS;
                ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
                pattern.fill(buffer, block, round);
                InitiatorSqe write = InitiatorSqe.write(1, block * 8L, 8);
                InitiatorAssociation.done(
                        round % 2 == 0
                                ? queue.executeInCapsule(write, content)
                                : queue.executeOnDemand(write, content));
                InitiatorCommand read =
                        InitiatorAssociation.done(queue.execute(InitiatorSqe.read(1, block * 8L, 8), content.length));
                int wrong = pattern.mismatch(read.incoming, block, round);
                InitiatorViolation.unless(wrong < 0, "the canary's block %d is wrong at %d", block, wrong);
                association.keepAlive();
                LockSupport.parkNanos(PAUSE);
            }
            association.shutDown();
        } catch (IOException e) {
            throw new UncheckedIOException("the canary was disturbed", e);
        }
        return round;
    }

    /** Throws what disturbed it, if something did. */
    void listen() {
        if (singing.isDone()) {
            throw new AssertionError("the canary ended after " + singing.join() + " rounds");
        }
    }

    /** Ends it; returns how often it wrote and read undisturbed. */
    int rounds() {
        enough = true;
        return singing.join();
    }

    @Override
    public void close() {
        enough = true;
        singing.handle((rounds, failure) -> rounds).join();
    }
}
