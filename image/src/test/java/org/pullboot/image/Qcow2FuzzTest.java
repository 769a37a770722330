package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class Qcow2FuzzTest {
    private static final int MOST = 1 << 20;

    @FuzzTest(maxDuration = "60s")
    void everyImageIsReadOrRefused(byte @Nullable [] start) throws IOException {
        byte[] image = Arrays.copyOf(start == null ? new byte[0] : start, 4096);
        // No fuzzer would guess all of this.
        ByteBuffer header = ByteBuffer.wrap(image);
        header.putInt(0, 0x514649FB).putInt(4, 2 + (image[7] & 1)).putLong(8, 0);
        header.putInt(20, 9 + (image[23] & 3)).putInt(32, 0).putLong(72, 0);
        Path file = Files.write(Files.createTempFile("fuzz", ".qcow2"), image);
        Path copy = Files.createTempFile("fuzz", ".raw");
        try (FileChannel from = FileChannel.open(file);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            Qcow2Image disk = Qcow2Image.open(from);
            if (disk.size() < MOST) {
                SparseFileWriter writer = new SparseFileWriter(to);
                disk.copyTo(writer);
                assertThat(writer.size()).isEqualTo(disk.size());
            }
        } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining("qcow2 image");
        } finally {
            Files.delete(file);
            Files.delete(copy);
        }
    }
}
