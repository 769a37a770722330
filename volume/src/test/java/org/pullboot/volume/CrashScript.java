package org.pullboot.volume;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** What one thread does to its part of a volume, the same for the same seed, there and in the model of it. */
final class CrashScript {
    enum Kind {
        WRITE,
        ZERO,
        DEALLOCATE,
        FLUSH,
        FUA,
        SNAPSHOT,
        DELETE_SNAPSHOT,
        ROLLBACK,
        CHECKPOINT
    }

    /** @param settles whether it counts as acknowledged once it returns */
    record Step(int index, Kind kind, int offset, int length, long seed, boolean settles) {
        byte[] bytes() {
            byte[] bytes = new byte[length];
            new Random(seed).nextBytes(bytes);
            return bytes;
        }

        /** The name of the snapshot that a rollback or a deletion takes is chosen by this. */
        int choice(int of) {
            return (int) Math.floorMod(seed, (long) of);
        }
    }

    private final Random random;
    private final int from;
    private final int to;
    private final boolean layers;
    private int index;

    CrashScript(long seed, int from, int to, boolean layers) {
        this.random = new Random(seed);
        this.from = from;
        this.to = to;
        this.layers = layers;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    Step next() {
        int dice = random.nextInt(100);
        Kind kind;
        if (dice < 50) {
            kind = Kind.WRITE;
        } else if (dice < 60) {
            kind = Kind.ZERO;
        } else if (dice < 75) {
            kind = Kind.DEALLOCATE;
        } else if (dice < 80) {
            kind = Kind.FLUSH;
        } else if (dice < 85) {
            kind = Kind.FUA;
        } else if (dice < 90) {
            kind = Kind.CHECKPOINT;
        } else if (!layers) {
            kind = Kind.WRITE;
        } else {
            kind = dice < 96 ? Kind.SNAPSHOT : dice < 98 ? Kind.DELETE_SNAPSHOT : Kind.ROLLBACK;
        }
        int sectors = (to - from) / 512;
        int first = random.nextInt(sectors);
        int count = 1 + random.nextInt(Math.min(sectors - first, random.nextBoolean() ? 8 : 300));
        boolean settles = random.nextInt(3) > 0;
        return new Step(index++, kind, from + first * 512, count * 512, random.nextLong(), settles);
    }

    static void apply(Step step, byte[] content) {
        switch (step.kind) {
            case WRITE, FUA -> System.arraycopy(step.bytes(), 0, content, step.offset, step.length);
            case ZERO -> Arrays.fill(content, step.offset, step.offset + step.length, (byte) 0);
            case DEALLOCATE -> {
                int first = (step.offset + 4095) / 4096 * 4096;
                int end = step.offset + step.length;
                end = end == content.length ? end : end / 4096 * 4096;
                if (first < end) {
                    Arrays.fill(content, first, end, (byte) 0);
                }
            }
            case FLUSH, SNAPSHOT, DELETE_SNAPSHOT, ROLLBACK, CHECKPOINT -> {}
        }
    }

    /** Does it, settled when it says so. */
    static void apply(Step step, Volume volume) throws IOException {
        switch (step.kind) {
            case WRITE, FUA -> volume.write(DiskModel.direct(step.bytes()), step.offset);
            case ZERO -> volume.writeZeroes(step.offset, step.length, step.seed > 0);
            case DEALLOCATE -> volume.deallocate(step.offset, step.length);
            case FLUSH -> {}
            case CHECKPOINT -> volume.checkpoint();
            case SNAPSHOT -> volume.snapshot("s" + Long.toHexString(step.seed));
            case DELETE_SNAPSHOT, ROLLBACK -> {
                if (!volume.snapshots().isEmpty()) {
                    String name = volume.snapshots()
                            .get(step.choice(volume.snapshots().size()))
                            .name();
                    if (step.kind == Kind.ROLLBACK) {
                        volume.rollback(name);
                    } else {
                        volume.deleteSnapshot(name);
                    }
                }
            }
        }
        if (step.kind == Kind.FUA || step.kind == Kind.FLUSH) {
            volume.flush();
        } else if (step.settles) {
            volume.settle();
        }
    }

    static boolean acknowledged(Step step) {
        return step.settles || step.kind == Kind.FUA || step.kind == Kind.FLUSH;
    }
}
