package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks as qemu-img writes them, and damaged ones. */
final class Qcow2IT {
    @TempDir
    private Path directory;

    private Path raw;

    @BeforeEach
    void make() throws IOException {
        Random random = new Random(5);
        byte[] disk = new byte[5 << 20];
        random.nextBytes(disk);
        for (int i = 0; i < disk.length; i++) {
            disk[i] = i / 70_000 % 3 == 0 ? 0 : (byte) (disk[i] & 0x0f);
        }
        raw = Files.write(directory.resolve("raw"), disk);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu-img convert -O qcow2 raw q",
                "qemu-img convert -O qcow2 -o compat=0.10 raw q",
                "qemu-img convert -O qcow2 -c raw q",
                "qemu-img convert -O qcow2 -c -o cluster_size=512 raw q",
                "qemu-img convert -O qcow2 -o cluster_size=2M raw q",
                "qemu-img convert -O qcow2 -o preallocation=metadata raw q",
                "qemu-img convert -O qcow2 raw q && qemu-img resize -q q 1G && truncate -s 1G raw",
                "qemu-img convert -O qcow2 raw q && qemu-img snapshot -c one q && qemu-io -c 'write -P 7 100k 3M' q >log"
                        + " && qemu-io -f raw -c 'write -P 7 100k 3M' raw >log",
                "qemu-img convert -O qcow2 raw q && qemu-io -c 'write -z 1M 1M' q >log && qemu-io -f raw -c 'write -z 1M 1M' raw >log"
            })
    void theDiskIsTheOneThatWasPutIn(String script) throws IOException, InterruptedException {
        Tools.shell(directory, script);

        Path copy = convert(directory.resolve("q"));

        assertThat(Files.mismatch(copy, raw)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu-img create -q -f qcow2 -F raw -b raw q",
                "qemu-img create -q -f qcow2 -o extended_l2=on q 1M",
                "qemu-img create -q -f qcow2 -o data_file=data q 1M",
                "qemu-img convert -c -O qcow2 -o compression_type=zstd raw q"
            })
    void whatOnlyQemuCanReadIsSentThere(String script) throws IOException, InterruptedException {
        Tools.shell(directory, script);

        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> convert(directory.resolve("q")))
                .withMessageContaining("make a plain one of it with 'qemu-img convert");
    }

    @Test
    void damageIsRefusedOrMakesAnotherDisk() throws IOException, InterruptedException {
        Tools.shell(directory, "head -c 300K raw >small; qemu-img convert -c -O qcow2 -o cluster_size=4K small q");
        byte[] image = Files.readAllBytes(directory.resolve("q"));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = image.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                // Headers and tables, which are at the start.
                damaged[random.nextInt(i % 2 == 0 ? 112 : image.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(directory.resolve("damaged"), damaged);
            try (FileChannel channel = FileChannel.open(file)) {
                Qcow2Image opened = Qcow2Image.open(channel);
                if (opened.size() < 100 << 20) {
                    convert(file);
                }
            } catch (ImageException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("qcow2 image");
            }
        }
    }

    private Path convert(Path image) throws IOException {
        Path copy = directory.resolve("copy");
        try (FileChannel from = FileChannel.open(image);
                FileChannel to = FileChannel.open(
                        copy,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            Qcow2Image disk = Qcow2Image.open(from);
            SparseFileWriter writer = new SparseFileWriter(to);
            disk.copyTo(writer);
            writer.finish();
            assertThat(Files.size(copy)).isEqualTo(disk.size());
        }
        return copy;
    }
}
