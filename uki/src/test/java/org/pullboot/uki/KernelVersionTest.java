package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelVersionTest {
    @TempDir
    private Path directory;

    @Test
    void isReadFromTheSetupHeaderOfX86() throws IOException {
        ByteBuffer image = ByteBuffer.allocate(0x4000).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x202, bytes("HdrS")).putShort(0x20E, (short) 0x3000);
        image.put(0x3200, bytes("7.2.13+deb14-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP"));
        assertThat(version(image.array())).contains("7.2.13+deb14-cloud-amd64");
    }

    @Test
    void isReadFromTheBannerWhereverItIs() throws IOException {
        for (int at : new int[] {0, 1000, (256 << 10) - 20, (256 << 10) - 5, 600_000}) {
            byte[] image = new byte[700_000];
            byte[] banner = bytes("Linux version 6.12.9-arm64 (gcc)");
            System.arraycopy(banner, 0, image, at, banner.length);
            assertThat(version(image)).as("banner at byte %d", at).contains("6.12.9-arm64");
        }
    }

    @Test
    void formatStringOfTheBannerIsPassedOver() throws IOException {
        assertThat(version(bytes("Linux version %s (%s)\0 Linux version 6.1.0 (x)")))
                .contains("6.1.0");
    }

    @Test
    void imagesThatDoNotTellHaveNone() throws IOException {
        assertThat(version(new byte[0])).isEmpty();
        assertThat(version(bytes("Linux version "))).isEmpty();
        ByteBuffer image = ByteBuffer.allocate(0x300).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x202, bytes("HdrS")).putShort(0x20E, (short) 0xFFFF);
        assertThat(version(image.array())).isEmpty();
    }

    private Optional<String> version(byte[] image) throws IOException {
        return KernelVersion.of(Files.write(directory.resolve("vmlinuz"), image));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
