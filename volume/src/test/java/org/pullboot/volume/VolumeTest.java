package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VolumeTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final List<BaseImage> bases = new ArrayList<>();

    @AfterEach
    void closeBases() throws IOException {
        for (BaseImage base : bases) {
            base.close();
        }
    }

    private BaseImage base(byte[] content) throws IOException {
        BaseImage base = BaseImage.open(Files.write(directory.resolve("base.raw"), content), "sha256:1");
        bases.add(base);
        return base;
    }

    private VolumeStore store(long checkpointBytes) throws IOException {
        Path volumes = directory.resolve("volumes");
        Files.createDirectories(volumes);
        return new VolumeStore(volumes, CLOCK, new LinuxVolumeFiles(), 1, checkpointBytes);
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] all(BlockDevice disk) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect((int) disk.size());
        disk.read(into, 0);
        byte[] bytes = new byte[into.capacity()];
        into.flip().get(bytes);
        return bytes;
    }

    @ParameterizedTest(name = "seed {0}, base {1}, size {2}, checkpoints at {3}")
    @CsvSource({
        "1, 1048576, 1048576, 4194304",
        "2, 1049088, 1049088, 640",
        "3, 0, 3146240, 2048",
        "4, 1049600, 2100736, 640",
        "5, 4194304, 4194304, 160",
        "6, 512, 1024, 160",
    })
    void itHoldsWhatTheModelHolds(int seed, int baseSize, int size, long checkpointBytes) throws IOException {
        Random random = new Random(seed);
        byte[] content = java.util.Arrays.copyOf(random(random, baseSize), size);
        BaseImage base = baseSize == 0 ? null : base(random(new Random(seed), baseSize));
        DiskModel model = new DiskModel(content, random, 0, size);
        VolumeStore store = store(checkpointBytes);
        Volume volume = store.create("a", base, VolumeOptions.DEFAULT.withSize(size));
        List<String> names = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int step = 0; step < 800; step++) {
            switch (random.nextInt(60)) {
                case 0 -> {
                    volume.close();
                    volume = store.open("a", base);
                }
                case 1 -> {
                    volume.snapshot("s" + step);
                    names.add("s" + step);
                    contents.add(model.content());
                }
                case 2 -> {
                    if (!names.isEmpty() && random.nextInt(3) == 0) {
                        int index = random.nextInt(names.size());
                        volume.rollback(names.get(index));
                        model.become(contents.get(index));
                        names.subList(index + 1, names.size()).clear();
                        contents.subList(index + 1, contents.size()).clear();
                    }
                }
                case 3 -> {
                    if (!names.isEmpty()) {
                        int index = random.nextInt(names.size());
                        volume.deleteSnapshot(names.remove(index));
                        contents.remove(index);
                    }
                }
                case 4 -> volume.checkpoint();
                default -> model.step(volume);
            }
            assertThat(volume.snapshots()).extracting(Snapshot::name).isEqualTo(names);
        }
        model.check(volume);
        long bytes = volume.bytesInOverlay();
        volume.close();
        volume = store.open("a", base);
        model.check(volume);
        assertThat(volume.bytesInOverlay()).isEqualTo(bytes);
        volume.reset();
        assertThat(all(volume)).isEqualTo(java.util.Arrays.copyOf(random(new Random(seed), baseSize), size));
        assertThat(volume.bytesInOverlay()).isZero();
        volume.close();
    }

    @Test
    void severalThreadsOnRangesOfTheirOwn() throws Exception {
        int part = 512 * 1001;
        int threads = 4;
        byte[] content = random(new Random(7), part * threads);
        try (Volume volume = store(4096).create("a", base(content), VolumeOptions.DEFAULT);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<DiskModel>> models = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                DiskModel model = new DiskModel(content.clone(), new Random(i), part * i, part * (i + 1));
                models.add(pool.submit(() -> {
                    for (int step = 0; step < 1000; step++) {
                        model.step(volume);
                    }
                    return model;
                }));
            }
            for (int i = 0; i < 5; i++) {
                volume.snapshot("s" + i);
                volume.checkpoint();
            }
            for (Future<DiskModel> model : models) {
                model.get().check(volume);
            }
        }
    }

    @Test
    void flushesAndReadsGoOnWhileLayersComeAndGo() throws Exception {
        byte[] content = random(new Random(7), 1 << 20);
        try (Volume volume = store(4096).create("a", base(content), VolumeOptions.DEFAULT);
                ExecutorService pool = Executors.newFixedThreadPool(3)) {
            java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(i);
                others.add(pool.submit(() -> {
                    while (!done.get()) {
                        int at = random.nextInt(256) * 4096;
                        volume.write(DiskModel.direct(java.util.Arrays.copyOfRange(content, at, at + 4096)), at);
                        volume.flush();
                        ByteBuffer into = ByteBuffer.allocateDirect(4096);
                        volume.read(into, at);
                        byte[] read = new byte[4096];
                        into.flip().get(read);
                        assertThat(read).isEqualTo(java.util.Arrays.copyOfRange(content, at, at + 4096));
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 24; i++) {
                volume.snapshot("s" + i);
                switch (i % 4) {
                    case 0 -> volume.rollback("s" + i);
                    case 1 -> volume.deleteSnapshot("s" + i);
                    case 2 -> volume.checkpoint();
                    default -> volume.reset();
                }
            }
            done.set(true);
            for (Future<?> other : others) {
                other.get();
            }
            assertThat(volume.check()).isEmpty();
            assertThat(all(volume)).isEqualTo(content);
        }
    }

    @Test
    void aBlockIsReadAsOneWriteLeftIt() throws Exception {
        int blocks = 16;
        try (Volume volume = store(4096).create("a", null, VolumeOptions.DEFAULT.withSize(blocks * 4096L));
                ExecutorService pool = Executors.newFixedThreadPool(3)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 1; writer <= 2; writer++) {
                Random random = new Random(writer);
                writers.add(pool.submit(() -> {
                    for (int i = 0; i < 4000; i++) {
                        byte[] bytes = new byte[4096];
                        java.util.Arrays.fill(bytes, (byte) random.nextInt());
                        int block = random.nextInt(blocks);
                        if (random.nextInt(4) == 0) {
                            volume.deallocate(block * 4096L, 4096);
                        } else {
                            volume.write(DiskModel.direct(bytes), block * 4096L);
                        }
                    }
                    return null;
                }));
            }
            Random random = new Random(3);
            ByteBuffer into = ByteBuffer.allocateDirect(4096);
            while (!writers.stream().allMatch(Future::isDone)) {
                long offset = random.nextInt(blocks) * 4096L;
                if (!volume.readNow(into.clear(), offset)) {
                    volume.read(into.clear(), offset);
                }
                byte[] read = new byte[4096];
                into.flip().get(read);
                byte[] same = new byte[4096];
                java.util.Arrays.fill(same, read[0]);
                assertThat(read).isEqualTo(same);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    @Test
    void sectorsOfOneBlockFromSeveralThreadsAreAllKept() throws Exception {
        byte[] content = random(new Random(7), 1 << 20);
        try (Volume volume = store(4096).create("a", base(content), VolumeOptions.DEFAULT);
                ExecutorService pool = Executors.newFixedThreadPool(8)) {
            List<Future<?>> writers = new ArrayList<>();
            byte[] next = random(new Random(8), 1 << 20);
            for (int sector = 0; sector < 8; sector++) {
                int first = sector * 512;
                writers.add(pool.submit(() -> {
                    for (int at = first; at < next.length; at += 4096) {
                        volume.write(DiskModel.direct(java.util.Arrays.copyOfRange(next, at, at + 512)), at);
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(all(volume)).isEqualTo(next);
        }
    }

    @Test
    void whatAnEphemeralVolumeHeldIsGone() throws IOException {
        VolumeStore store = store(4096);
        byte[] content = random(new Random(7), 1 << 20);
        DiskModel model = new DiskModel(content.clone(), new Random(1), 0, content.length);
        try (Volume volume = store.create("a", base(content), VolumeOptions.DEFAULT.ephemeral())) {
            for (int step = 0; step < 500; step++) {
                model.step(volume);
            }
            model.check(volume);
            assertThatThrownBy(() -> volume.snapshot("x")).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(directory.resolve("volumes")).isDirectoryNotContaining("glob:**a*");
    }

    @Test
    void overwritesDoNotReachTheLog() throws IOException {
        try (Volume volume = store(1 << 20).create("a", null, VolumeOptions.DEFAULT.withSize(1 << 20))) {
            volume.write(DiskModel.direct(new byte[1 << 20]), 0);
            volume.flush();
            byte[] log = Files.readAllBytes(directory.resolve("volumes/a/1/log.0"));
            for (int i = 0; i < 100; i++) {
                volume.write(DiskModel.direct(new byte[4096]), i * 4096L);
            }
            volume.flush();
            assertThat(directory.resolve("volumes/a/1/log.0")).hasBinaryContent(log);
        }
    }

    @Test
    void theLimitIsKeptAndRoomCanBeMade() throws IOException {
        try (Volume volume = store(1 << 20)
                .create("a", null, VolumeOptions.DEFAULT.withSize(1 << 20).withLimit(10 * 4096))) {
            volume.write(DiskModel.direct(new byte[10 * 4096]), 0);
            assertThatThrownBy(() -> volume.write(DiskModel.direct(new byte[512]), 11 * 4096))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("limit of 40960 bytes");
            volume.write(DiskModel.direct(new byte[4096]), 4096);
            volume.deallocate(0, 4096);
            volume.write(DiskModel.direct(new byte[512]), 11 * 4096);
            assertThat(volume.bytesInOverlay()).isEqualTo(10 * 4096);
            volume.setLimit(11 * 4096);
            volume.write(DiskModel.direct(new byte[512]), 12 * 4096);
        }
        try (Volume volume = store(1 << 20).open("a", null)) {
            assertThat(volume.limit()).isEqualTo(11 * 4096);
        }
    }
}
