package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Disks that are full or broken. */
final class FailureTest {
    private static final Path VOLUME = Path.of("v");
    private static final int BYTES = 20 * 4096 + 512;
    private static final Meta META = new Meta(new UUID(1, 2), 0, BYTES, Long.MAX_VALUE, true, "", 0);

    private static LosingFiles files() throws IOException {
        LosingFiles files = new LosingFiles();
        files.createDirectory(VOLUME);
        LayerStack.create(files, VOLUME, META, 1, Instant.EPOCH);
        return files;
    }

    private static Volume open(LosingFiles files) throws IOException {
        LayerStack stack = new LayerStack(files, VOLUME, META, null, 1);
        return Volume.open(stack, Clock.systemUTC(), Long.MAX_VALUE, () -> {});
    }

    private static byte[] read(Volume volume) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(BYTES);
        volume.read(into, 0);
        byte[] bytes = new byte[BYTES];
        into.flip().get(bytes);
        return bytes;
    }

    @Test
    void theFirstFailureToSyncIsFinal() throws IOException {
        LosingFiles files = files();
        Volume volume = open(files);
        ByteBuffer ones = ByteBuffer.allocateDirect(512).put(0, (byte) 1);
        volume.write(ones.duplicate(), 0);
        volume.flush();
        files.failSyncs();
        assertThatThrownBy(volume::flush)
                .isInstanceOf(VolumeFailedException.class)
                .hasMessageContaining("the disk is broken")
                .hasMessageContaining("check the disk");
        assertThatThrownBy(volume::flush).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(volume::settle).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(() -> volume.write(ones.duplicate(), 0)).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(() -> volume.writeZeroes(0, 512, true)).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(() -> volume.deallocate(0, 4096)).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(() -> volume.snapshot("s")).isInstanceOf(VolumeFailedException.class);
        assertThat(read(volume)[0]).isEqualTo((byte) 1);
        volume.close();
    }

    /** Whatever the change is that there is no room for: the volume goes on when there is, and nothing is lost. */
    @Test
    void noRoomAtAnyChangeLosesNothing() throws IOException {
        long seed = Long.getLong("pullboot.full.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int run = 0; run < 150; run++) {
            LosingFiles files = files();
            CrashScript script = new CrashScript(random.nextLong(), 0, BYTES, true);
            byte[] model = new byte[BYTES];
            Volume volume = open(files);
            for (int i = 0; i < 60; i++) {
                CrashScript.Step step = script.next();
                files.fullAfter(random.nextInt(3) == 0 ? random.nextInt(8) : Long.MAX_VALUE);
                try {
                    CrashScript.apply(step, volume);
                    files.fullAfter(Long.MAX_VALUE);
                    model = after(step, model, volume);
                } catch (NoSpaceException full) {
                    refused++;
                    files.fullAfter(Long.MAX_VALUE);
                    byte[] found = read(volume);
                    PossibleContent possible = new PossibleContent(model, found);
                    possible.step(step, true);
                    if (step.kind() != CrashScript.Kind.ROLLBACK) {
                        possible.check(seed, run);
                    }
                    model = found;
                }
                assertThat(read(volume)).isEqualTo(model);
            }
            volume.settle();
            // Its process is killed: what is open stays as it is.
            assertThat(new VolumeCheck(files, VOLUME, 1).run()).isEmpty();
            try (Volume again = open(files)) {
                assertThat(read(again))
                        .describedAs("seed %d, run %d", seed, run)
                        .isEqualTo(model);
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private static byte[] after(CrashScript.Step step, byte[] model, Volume volume) throws IOException {
        if (step.kind() == CrashScript.Kind.ROLLBACK) {
            return read(volume);
        }
        CrashScript.apply(step, model);
        return model;
    }
}
