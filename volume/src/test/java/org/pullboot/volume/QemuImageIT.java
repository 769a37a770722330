package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real qemu-img. */
final class QemuImageIT {
    @TempDir
    Path directory;

    @Test
    void anImageGoesThereAndBack() throws Exception {
        byte[] content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        Path raw = Files.write(directory.resolve("raw"), content);
        Path qcow2 = directory.resolve("image.qcow2");
        QemuImage.ofRaw(raw, qcow2);
        assertThat(QemuImage.is(qcow2)).isTrue();
        assertThat(QemuImage.is(raw)).isFalse();
        Path back = directory.resolve("back");
        QemuImage.toRaw(qcow2, back);
        assertThat(back).hasBinaryContent(content);
        assertThatThrownBy(() -> QemuImage.toRaw(qcow2, back))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThatThrownBy(() -> QemuImage.toRaw(raw, directory.resolve("x"))).hasMessageContaining("not a qcow2");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anEncryptedImageIsRefused() throws Exception {
        Path qcow2 = directory.resolve("image.qcow2");
        QemuImage.ofRaw(Files.write(directory.resolve("raw"), new byte[65536]), qcow2);
        byte[] bytes = Files.readAllBytes(qcow2);
        bytes[35] = 2; // LUKS
        Files.write(qcow2, bytes);
        assertThatThrownBy(() -> QemuImage.toRaw(qcow2, directory.resolve("out")))
                .isInstanceOf(VolumeFormatException.class)
                .hasMessageContaining("encrypted");
    }

    @Test
    void anImageOverAnotherFileIsRefused() throws Exception {
        Path secret = Files.write(directory.resolve("secret"), new byte[65536]);
        Path qcow2 = directory.resolve("over.qcow2");
        int status = new ProcessBuilder(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-b",
                        secret.toString(),
                        "-F",
                        "raw",
                        qcow2.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
        assertThatThrownBy(() -> QemuImage.toRaw(qcow2, directory.resolve("out")))
                .isInstanceOf(VolumeFormatException.class)
                .hasMessageContaining("over another file");
        assertThat(directory.resolve("out")).doesNotExist();
    }
}
