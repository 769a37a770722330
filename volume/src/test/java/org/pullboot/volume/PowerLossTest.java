package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the power at every kind of moment: what was flushed is there, and no block is what it never was. */
final class PowerLossTest {
    private static final Path VOLUME = Path.of("v");
    private static final int BYTES = 40 * 4096 + 512;
    private static final int RUNS = Integer.getInteger("pullboot.power.runs", 30);
    private static final int LOSSES = 12;

    @TempDir
    Path directory;

    @Test
    void whatWasFlushedIsThereAfterEveryLoss() throws IOException {
        long seed = Long.getLong("pullboot.power.seed", System.nanoTime());
        System.out.println("seed " + seed);
        byte[] content = new byte[BYTES];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("base.raw"), content);
        int flushed = 0;
        try (BaseImage base = BaseImage.open(file, "base")) {
            for (int run = 0; run < RUNS; run++) {
                flushed += run(base, content, seed + run);
            }
        }
        assertThat(flushed).isGreaterThan(RUNS);
    }

    private static int run(BaseImage base, byte[] before, long seed) throws IOException {
        Random random = new Random(seed);
        LosingFiles files = new LosingFiles();
        files.createDirectory(VOLUME);
        Meta meta = new Meta(new UUID(1, 2), 0, BYTES, Long.MAX_VALUE, true, "base", BYTES);
        LayerStack.create(files, VOLUME, meta, 0, Instant.EPOCH);
        files.syncDirectory(Path.of(""));
        LayeredModel layers = new LayeredModel();
        byte[] content = before;
        int flushed = 0;
        for (int boot = 0; boot < LOSSES; boot++) {
            long script = random.nextLong();
            int[] reached = work(files, base, meta, boot, script, random);
            // Now and then only the process ends, and the machine goes on.
            boolean lost = random.nextInt(4) > 0;
            files = lost ? files.afterLoss(random) : files;
            files.loseAfter(Long.MAX_VALUE);
            int next = lost ? boot + 1 : boot;
            String what = "seed " + seed + ", boot " + boot;
            assertThat(new VolumeCheck(files, VOLUME, next).run())
                    .describedAs(what)
                    .isEmpty();
            try (Volume volume = open(files, base, meta, next)) {
                byte[] found = new byte[BYTES];
                ByteBuffer into = ByteBuffer.allocateDirect(BYTES);
                volume.read(into, 0);
                into.flip().get(found);
                PossibleContent possible = new PossibleContent(content, found);
                layers.follow(volume, possible, steps(script), seed, reached[0], lost ? reached[1] : reached[2]);
                possible.check(seed, boot);
                content = found;
            }
            flushed += reached[1] + 1;
        }
        return flushed;
    }

    private static CrashScript steps(long seed) {
        return new CrashScript(seed, 0, BYTES, true);
    }

    private static Volume open(LosingFiles files, BaseImage base, Meta meta, int boot) throws IOException {
        LayerStack stack = new LayerStack(files, VOLUME, meta, base, boot);
        return Volume.open(stack, Clock.systemUTC(), Long.MAX_VALUE, () -> {});
    }

    /** Says which step was begun last, which flushed, which settled. */
    private static int[] work(LosingFiles files, BaseImage base, Meta meta, int boot, long seed, Random random)
            throws IOException {
        int[] reached = {-1, -1, -1};
        CrashScript script = steps(seed);
        files.loseAfter(random.nextInt(random.nextBoolean() ? 40 : 400));
        try {
            Volume volume = open(files, base, meta, boot);
            while (true) {
                CrashScript.Step step = script.next();
                reached[0] = step.index();
                CrashScript.apply(step, volume);
                switch (step.kind()) {
                    case FLUSH, FUA, SNAPSHOT -> {
                        reached[1] = step.index();
                        reached[2] = step.index();
                    }
                    case WRITE, ZERO, DEALLOCATE, DELETE_SNAPSHOT, ROLLBACK, CHECKPOINT ->
                        reached[2] = step.settles() ? step.index() : reached[2];
                }
            }
        } catch (LosingFiles.PowerLoss loss) {
            return reached;
        }
    }
}
