package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that gets full, for real: a tmpfs of 4 MiB. Needs root. */
final class FullFileSystemIT {
    private static final int BYTES = 8 << 20;

    @TempDir
    Path directory;

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=4m", "none", directory.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", directory.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private VolumeStore store() throws IOException {
        return new VolumeStore(
                Files.createDirectories(directory.resolve("volumes")),
                Clock.systemUTC(),
                new LinuxVolumeFiles(),
                1,
                64 << 10);
    }

    /** Blocks one by one, far apart, so that the log grows with the data. */
    private static int fill(Volume volume, byte[] model, Random random) throws IOException {
        int refused = 0;
        int written = 0;
        while (refused < 50) {
            int at = random.nextInt(BYTES / 4096 / 2) * 8192;
            byte[] bytes = new byte[4096];
            random.nextBytes(bytes);
            try {
                volume.write(DiskModel.direct(bytes), at);
                volume.settle();
                System.arraycopy(bytes, 0, model, at, bytes.length);
                written++;
            } catch (NoSpaceException full) {
                refused++;
            }
        }
        return written;
    }

    @Test
    void whatWasAcknowledgedStaysAndRoomCanBeMade() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] model = new byte[BYTES];
        VolumeStore store = store();
        try (Volume volume = store.create("a", null, VolumeOptions.DEFAULT.withSize(BYTES))) {
            for (int round = 0; round < 20; round++) {
                assertThat(fill(volume, model, random)).isPositive();
                assertThat(read(volume)).isEqualTo(model);
                int at = random.nextInt(BYTES / 2) / 4096 * 4096;
                int length = 1 << 20;
                volume.deallocate(at, length);
                volume.flush();
                Arrays.fill(model, at, at + length, (byte) 0);
            }
            fill(volume, model, random);
        }
        assertThat(store.check("a")).isEmpty();
        try (Volume volume = store.open("a", null)) {
            assertThat(read(volume)).isEqualTo(model);
        }
    }

    @Test
    void whenOthersTakeTheRoomTheVolumeGoesOnWhenTheyGiveItBack() throws IOException {
        Random random = new Random(5);
        byte[] model = new byte[BYTES];
        VolumeStore store = store();
        Path hog = directory.resolve("hog");
        try (Volume volume = store.create("a", null, VolumeOptions.DEFAULT.withSize(BYTES))) {
            for (int round = 0; round < 10; round++) {
                takeAll(hog);
                fill(volume, model, random);
                assertThat(read(volume)).isEqualTo(model);
                Files.delete(hog);
                byte[] bytes = new byte[16384];
                random.nextBytes(bytes);
                volume.write(DiskModel.direct(bytes), round * 16384L);
                System.arraycopy(bytes, 0, model, round * 16384, bytes.length);
                volume.flush();
            }
        }
        try (Volume volume = store.open("a", null)) {
            assertThat(read(volume)).isEqualTo(model);
        }
    }

    private static void takeAll(Path hog) throws IOException {
        byte[] piece = new byte[4096];
        try (var out = Files.newOutputStream(hog)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space");
        }
    }

    private static byte[] read(Volume volume) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(BYTES);
        volume.read(into, 0);
        byte[] bytes = new byte[BYTES];
        into.flip().get(bytes);
        return bytes;
    }
}
