package org.pullboot.volume;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** Opens a volume one of whose files somebody else made; with the right checksums too, so that more is reached. */
final class VolumeOpenFuzzTest {
    private static final Path VOLUME = Path.of("v");
    private static final UUID ID = new UUID(1, 2);
    private static final int BYTES = 20 * 4096;

    @FuzzTest
    void opensOrRefuses(FuzzedDataProvider data) throws IOException {
        String name = data.pickValue(new String[] {"meta", "layers", "1/log.0", "1/map", "1/log.1"});
        boolean sealed = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        open(name, sealed ? Sealing.seal(name, bytes) : DiskModel.direct(bytes));
    }

    static void open(String name, ByteBuffer bytes) throws IOException {
        LosingFiles files = new LosingFiles();
        files.createDirectory(VOLUME);
        Meta meta = new Meta(ID, 0, BYTES, Long.MAX_VALUE, true, "", 0);
        LayerStack.create(files, VOLUME, meta, 1, Instant.EPOCH);
        try (VolumeFile file = files.create(VOLUME.resolve(name))) {
            file.write(bytes, 0);
        }
        try {
            readAll(files);
        } catch (IOException declared) {
            // The one way to say no.
        }
    }

    private static void readAll(LosingFiles files) throws IOException {
        Meta meta;
        try (VolumeFile file = files.open(VOLUME.resolve(Meta.NAME), false)) {
            meta = Meta.read(file, VOLUME);
        }
        if (meta.size() != BYTES) {
            return; // Opening one of terabytes only takes memory.
        }
        LayerStack stack = new LayerStack(files, VOLUME, meta, null, 1);
        try (Volume volume = Volume.open(stack, Clock.systemUTC(), 1 << 20, () -> {})) {
            volume.read(ByteBuffer.allocateDirect(BYTES), 0);
        }
    }
}
