package org.pullboot.nvme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Keeps one queue of a load at its depth, and checks what comes back. For one thread. */
final class InitiatorLoadQueue {
    private static final int NAMESPACE = 1;

    private final InitiatorLoad load;
    private final InitiatorLoadState state;
    private final InitiatorQueue queue;
    private final RandomGenerator random;
    private final InitiatorPattern pattern;
    private final int depth;
    private final boolean inCapsule;
    private final ByteBuffer[] buffers;
    private final InitiatorHistogram latencies = new InitiatorHistogram();
    private int next;
    private long errors;

    /** {@code number} tells this queue from the others of the load, so that each goes its own way. */
    InitiatorLoadQueue(
            InitiatorLoad load,
            InitiatorLoadState state,
            InitiatorAssociation association,
            InitiatorQueue queue,
            int number)
            throws IOException {
        this.load = load;
        this.state = state;
        this.queue = queue;
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(load.seed() * 1000 + number);
        pattern = new InitiatorPattern(load.seed());
        depth = Math.min(load.depth(), queue.depth());
        inCapsule =
                load.inCapsule() && load.blockBytes() <= association.identity().inCapsule();
        buffers = new ByteBuffer[queue.depth()];
        for (int slot = 0; slot < buffers.length; slot++) {
            buffers[slot] = InitiatorSocket.buffer(load.blockBytes());
            pattern.fill(buffers[slot], slot, number);
        }
        next = (int) ((long) state.ledger().blocks() * number / state.queues());
    }

    InitiatorHistogram latencies() {
        return latencies;
    }

    /** Commands that completed with an error. */
    long errors() {
        return errors;
    }

    /** Until the load is over and nothing is under way any more. */
    void run() {
        try {
            fill();
            while (queue.underWay() > 0) {
                complete(queue.await());
                fill();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill() throws IOException {
        while (queue.underWay() < depth && state.goesOn()) {
            issue();
        }
        if (!queue.hasCompleted()) {
            queue.flush(); // one send for all that came of one receive
        }
    }

    private void issue() throws IOException {
        boolean write = switch (load.kind()) {
            case READ -> false;
            case WRITE, WRITE_FLUSH -> true;
            case MIXED -> random.nextInt(100) >= load.readPercent();
        };
        InitiatorCommand command = queue.take();
        command.generation = takeBlock(command) + (write ? 1 : 0);
        ByteBuffer buffer = buffers[command.slot];
        int sectors = load.blockBytes() / 512;
        command.sqe.transfer(write ? 0x01 : 0x02, NAMESPACE, command.block * sectors, sectors);
        if (write) {
            if (load.forceUnitAccess()) {
                command.sqe.forceUnitAccess();
            }
            if (load.verify()) {
                pattern.fill(buffer, command.block, command.generation);
            }
            command.outgoing = buffer.clear();
            command.inCapsule = inCapsule;
        } else {
            command.expected = load.blockBytes();
            command.incoming = load.verify() ? buffer : InitiatorCommand.NOTHING;
        }
        queue.submit(command);
    }

    /** Sets the command's block; returns its generation. */
    private int takeBlock(InitiatorCommand command) {
        InitiatorLedger ledger = state.ledger();
        for (int tries = 0; tries < 100_000; tries++) {
            int block = load.random() ? random.nextInt(ledger.blocks()) : next++ % ledger.blocks();
            command.block = block;
            if (!load.verify()) {
                return 1;
            }
            int generation = ledger.take(block);
            if (generation >= 0) {
                return generation;
            }
        }
        throw new IllegalStateException("the span is too small for that many commands at once");
    }

    private void complete(InitiatorCommand command) throws IOException {
        if (load.kind() == InitiatorLoad.Kind.WRITE_FLUSH && command.succeeded() && command.sqe.u8(0) == 0x01) {
            long since = command.submitted;
            int generation = command.generation;
            command.renew();
            command.sqe.clear(0x00).u32(4, NAMESPACE);
            command.generation = generation;
            queue.submit(command);
            command.submitted = since;
            return;
        }
        int generation = command.generation;
        if (!command.succeeded()) {
            errors++;
            generation = command.expected > 0 ? generation : InitiatorLedger.UNKNOWN;
        } else if (load.verify() && command.expected > 0 && generation != InitiatorLedger.UNKNOWN) {
            int offset = pattern.mismatch(command.incoming, command.block, generation);
            InitiatorViolation.unless(
                    offset < 0,
                    "block %d, written %d times, is wrong at byte %d (seed %d)",
                    command.block,
                    generation,
                    offset,
                    load.seed());
        }
        if (load.verify()) {
            state.ledger().release((int) command.block, generation);
        }
        if (state.counts()) {
            latencies.add(System.nanoTime() - command.submitted);
        }
        queue.release(command);
    }
}
