package org.pullboot.nvme;

import java.time.Duration;

/**
 * A load to put on a target.
 *
 * @param plan of the first controller; the others have another host each
 * @param controllers how many hosts connect
 * @param kind what they do
 * @param blockBytes of one command, a multiple of 512
 * @param depth commands under way on each queue
 * @param random whether blocks are taken at random, else one after the other
 * @param readPercent share of reads of {@link Kind#MIXED}
 * @param verify whether what is read is held against what was written
 * @param inCapsule whether writes carry their data in their capsule when it fits
 * @param forceUnitAccess whether writes are to be durable when they complete
 * @param spanBytes how much of the namespace from its beginning is used; 0 for all
 * @param warmUp how long is not counted
 * @param duration how long is counted
 * @param commands ends the load earlier, after that many; 0 for no such end
 * @param seed of blocks and data
 */
record InitiatorLoad(
        InitiatorPlan plan,
        int controllers,
        Kind kind,
        int blockBytes,
        int depth,
        boolean random,
        int readPercent,
        boolean verify,
        boolean inCapsule,
        boolean forceUnitAccess,
        long spanBytes,
        Duration warmUp,
        Duration duration,
        long commands,
        long seed) {
    /** What the commands are. */
    enum Kind {
        /** Reads. */
        READ,
        /** Writes. */
        WRITE,
        /** Reads and writes. */
        MIXED,
        /** Writes, each followed by a flush of its own; the two count as one. */
        WRITE_FLUSH
    }

    /** Verified 4 KiB commands at random. */
    static InitiatorLoad of(InitiatorPlan plan, Kind kind, int depth, long commands) {
        return new InitiatorLoad(
                plan.withQueues(plan.queues(), depth + 1),
                1,
                kind,
                4096,
                depth,
                true,
                60,
                true,
                true,
                false,
                0,
                Duration.ZERO,
                Duration.ofMinutes(2),
                commands,
                1);
    }

    InitiatorLoad withControllers(int count) {
        return new InitiatorLoad(
                plan,
                count,
                kind,
                blockBytes,
                depth,
                random,
                readPercent,
                verify,
                inCapsule,
                forceUnitAccess,
                spanBytes,
                warmUp,
                duration,
                commands,
                seed);
    }

    InitiatorLoad withBlockBytes(int bytes) {
        return new InitiatorLoad(
                plan,
                controllers,
                kind,
                bytes,
                depth,
                random,
                readPercent,
                verify,
                inCapsule,
                forceUnitAccess,
                spanBytes,
                warmUp,
                duration,
                commands,
                seed);
    }

    InitiatorLoad onDemand() {
        return new InitiatorLoad(
                plan,
                controllers,
                kind,
                blockBytes,
                depth,
                random,
                readPercent,
                verify,
                false,
                forceUnitAccess,
                spanBytes,
                warmUp,
                duration,
                commands,
                seed);
    }

    InitiatorLoad withForceUnitAccess() {
        return new InitiatorLoad(
                plan,
                controllers,
                kind,
                blockBytes,
                depth,
                random,
                readPercent,
                verify,
                inCapsule,
                true,
                spanBytes,
                warmUp,
                duration,
                commands,
                seed);
    }
}
