package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;
import org.pullboot.image.ZstdOutputStream;

final class MeasureTest {
    @TempDir
    Path directory;

    @Test
    void aPlainFileIsCountedWithItsHoles() throws IOException {
        byte[] content = image();

        Measure measure = measure(Files.write(directory.resolve("a"), content), Compression.NONE, true);

        assertThat(measure).isEqualTo(new Measure(digest(content), 5_000_000, 4096 + 4096 + 2880));
    }

    @Test
    void aCompressedFileHasTheDigestOfItselfAndTheSizeOfItsContent() throws IOException {
        Path zstd = directory.resolve("a.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd), 3, 0)) {
            out.write(image());
        }
        Path gzip = directory.resolve("a.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(image());
        }

        assertThat(measure(zstd, Compression.ZSTD, true))
                .isEqualTo(new Measure(digest(Files.readAllBytes(zstd)), 5_000_000, 11_072));
        assertThat(measure(gzip, Compression.GZIP, true))
                .isEqualTo(new Measure(digest(Files.readAllBytes(gzip)), 5_000_000, 11_072));
        assertThat(measure(gzip, Compression.GZIP, false).unpacked()).isZero();
    }

    @Test
    void anEmptyFileHasNothing() throws IOException {
        assertThat(measure(Files.createFile(directory.resolve("a")), Compression.NONE, true))
                .isEqualTo(new Measure(digest(new byte[0]), 0, 0));
    }

    @Test
    void aFileThatIsCutOffOrFollowedBySomethingIsRefused() throws IOException {
        Path zstd = directory.resolve("a.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd), 3, 0)) {
            out.write(BootServerTest.bytes(100_000, 1));
        }
        byte[] whole = Files.readAllBytes(zstd);
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length - 10));
        Path more = Files.write(directory.resolve("more"), Arrays.copyOf(whole, whole.length + 10));

        assertThatThrownBy(() -> measure(cut, Compression.ZSTD, true)).isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> measure(more, Compression.ZSTD, true)).isInstanceOf(ImageException.class);
    }

    /** One block at the start, one in the middle, and a last one that is not whole; the rest is zero. */
    private static byte[] image() {
        byte[] image = new byte[5_000_000];
        image[10] = 1;
        image[4096 * 600] = 1;
        image[image.length - 1] = 1;
        return image;
    }

    private static Measure measure(Path file, Compression compression, boolean unpack) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return Measure.of(channel, compression, unpack);
        }
    }

    private static Sha256 digest(byte[] content) {
        return Sha256.of(Sha256.digester().digest(content));
    }
}
