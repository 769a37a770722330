package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.linux.BlockFile;

final class VolumeStoreTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @TempDir
    Path directory;

    private VolumeStore store() throws IOException {
        return VolumeStore.in(directory.resolve("volumes"), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Path image(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(directory.resolve("base" + bytes), content);
    }

    @Test
    void aVolumeIsMadeListedDescribedAndDeleted() throws IOException {
        try (BaseImage base = BaseImage.open(image(1 << 20), "sha256:ab")) {
            VolumeStore store = store();
            try (Volume volume = store.create("m-1", base, VolumeOptions.DEFAULT.withLimit(1 << 20))) {
                volume.write(ByteBuffer.allocateDirect(8192), 0);
                volume.snapshot("first.1");
                assertThat(volume.snapshots()).containsExactly(new Snapshot("first.1", NOW, 8192));
                assertThat(volume.bytesInOverlay()).isEqualTo(8192);
                assertThat(volume.check()).isEmpty();
                assertThat(store.describe("m-1").inUse()).isTrue();
            }
            VolumeInfo info = store.describe("m-1");
            assertThat(info.inUse()).isFalse();
            assertThat(info.base()).isEqualTo(Optional.of("sha256:ab"));
            assertThat(info.size()).isEqualTo(1 << 20);
            assertThat(info.snapshots()).containsExactly("first.1");
            assertThat(info.bytesOnDisk()).isGreaterThanOrEqualTo(8192);
            assertThat(store.check("m-1")).isEmpty();
            assertThat(store.list()).containsExactly("m-1");
            store.delete("m-1");
            assertThat(store.exists("m-1")).isFalse();
            assertThat(directory.resolve("volumes")).isDirectoryNotContaining("glob:**m-1*");
        }
    }

    @Test
    void aVolumeHasOneOwner() throws IOException {
        VolumeStore store = store();
        try (Volume volume = store.create("a", null, VolumeOptions.DEFAULT.withSize(512))) {
            assertThat(volume.writable()).isTrue();
            assertThatThrownBy(() -> store.open("a", null)).hasMessageContaining("'a' is in use");
            assertThatThrownBy(() -> store.delete("a")).hasMessageContaining("'a' is in use");
            assertThatThrownBy(() -> store.check("a")).hasMessageContaining("'a' is in use");
            assertThatThrownBy(() -> store.create("a", null, VolumeOptions.DEFAULT.withSize(512)))
                    .hasMessageContaining("'a' already");
        }
        store.open("a", null).close();
    }

    @Test
    void anotherBaseIsRefused() throws IOException {
        VolumeStore store = store();
        try (BaseImage base = BaseImage.open(image(4096), "one");
                BaseImage other = BaseImage.open(image(4096), "two");
                BaseImage longer = BaseImage.open(image(8192), "one")) {
            store.create("a", base, VolumeOptions.DEFAULT).close();
            assertThatThrownBy(() -> store.open("a", other))
                    .hasMessageContaining("the image one of 4096 bytes")
                    .hasMessageContaining("the image two of 4096 bytes");
            assertThatThrownBy(() -> store.open("a", longer)).hasMessageContaining("of 8192 bytes");
            assertThatThrownBy(() -> store.open("a", null)).hasMessageContaining("no image");
        }
    }

    @Test
    void anImageThatEndsWithinASectorIsRefused() throws IOException {
        Path path = image(1000);
        assertThatThrownBy(() -> BaseImage.open(path, "x"))
                .isInstanceOf(VolumeFormatException.class)
                .hasMessageContaining("1000 bytes");
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Path volumes = directory.resolve("volumes");
        VolumeStore store = store();
        Path ephemeral;
        try (Volume kept =
                store.create("e", null, VolumeOptions.DEFAULT.withSize(4096).ephemeral())) {
            assertThat(kept.durable()).isFalse();
            Files.createDirectories(volumes.resolve(".trash-x/1"));
            Files.createDirectories(volumes.resolve(".new-y/1"));
            store();
            assertThat(volumes).isDirectoryNotContaining("glob:**{trash,new-y}*");
            try (var paths = Files.list(volumes)) {
                ephemeral = paths.filter(path -> path.getFileName().toString().startsWith(".new-e"))
                        .findFirst()
                        .orElseThrow();
            }
            kept.write(ByteBuffer.allocateDirect(4096), 0);
        }
        assertThat(ephemeral).doesNotExist();
    }

    @Test
    void aCopyIsSparseAndWhole() throws IOException {
        byte[] zeroes = new byte[1 << 20];
        Path sparse = Files.write(directory.resolve("zero"), zeroes);
        Path out = directory.resolve("out");
        try (BaseImage base = BaseImage.open(sparse, "x");
                Volume volume = store().create("a", base, VolumeOptions.DEFAULT.withSize((1 << 20) + 512))) {
            byte[] some = new byte[9000 / 512 * 512];
            new Random(3).nextBytes(some);
            volume.write(DiskModel.direct(some), 4096 + 512);
            volume.write(DiskModel.direct(new byte[512]), 1 << 20);
            volume.snapshot("s");
            volume.deallocate(0, 1 << 20);
            volume.exportSnapshot("s", out);
            volume.export(directory.resolve("empty"));
            assertThatThrownBy(() -> volume.export(out)).isInstanceOf(FileAlreadyExistsException.class);
            byte[] expected = new byte[(1 << 20) + 512];
            System.arraycopy(some, 0, expected, 4096 + 512, some.length);
            assertThat(out).hasBinaryContent(expected);
            assertThat(directory.resolve("empty")).hasBinaryContent(new byte[expected.length]);
        }
        try (BlockFile file = BlockFile.openReadOnly(out)) {
            assertThat(file.allocated()).isLessThanOrEqualTo(16384);
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void idsAndNamesThatAreNoneAreRefused() throws IOException {
        VolumeStore store = store();
        for (String id : new String[] {"", "..", "a/b", "a.b", "x".repeat(65), ".lock"}) {
            assertThatThrownBy(() -> store.exists(id)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> store.open("none", null)).hasMessageContaining("there is no volume 'none'");
        try (Volume volume = store.create("a", null, VolumeOptions.DEFAULT.withSize(512))) {
            assertThatThrownBy(() -> volume.snapshot("a/b")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> volume.rollback("x")).hasMessageContaining("there is no snapshot 'x'");
            volume.snapshot("x");
            assertThatThrownBy(() -> volume.snapshot("x")).hasMessageContaining("already");
            assertThatThrownBy(() -> volume.read(ByteBuffer.allocateDirect(1024), 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void thereIsAMostOfSnapshots() throws IOException {
        try (Volume volume = store().create("a", null, VolumeOptions.DEFAULT.withSize(8192))) {
            for (int i = 0; i < Manifest.MOST_LAYERS - 1; i++) {
                ByteBuffer bytes = ByteBuffer.allocateDirect(512).put(0, (byte) i);
                volume.write(bytes, 512);
                volume.snapshot("s" + i);
            }
            assertThatThrownBy(() -> volume.snapshot("more")).hasMessageContaining("at most 249");
            volume.rollback("s200");
            ByteBuffer into = ByteBuffer.allocateDirect(512);
            volume.read(into, 512);
            assertThat(into.get(0)).isEqualTo((byte) 200);
        }
    }
}
