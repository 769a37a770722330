package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhaseMeasurementTest {
    private static final String MEASURED =
            "sys/firmware/efi/efivars/StubPcrKernelImage-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    private Path root;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void aPhaseIsAnEventInRegisterElevenWithoutPassword() {
        ByteBuffer command = PhaseMeasurement.command(PhaseMeasurement.ENTER);
        byte[] bytes = new byte[command.remaining()];
        command.get(bytes);
        assertThat(HEX.formatHex(bytes))
                .isEqualTo("8002" + "00000029" + "0000013c" + "0000000b" + "00000009" + "40000009" + "0000" + "00"
                        + "0000" + "000c" + HEX.formatHex("enter-initrd".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aRefusalIsAnError() {
        assertThatThrownBy(() -> PhaseMeasurement.check("x", ByteBuffer.wrap(HEX.parseHex("80010000000a00000101"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("0x101");
        assertThatThrownBy(() -> PhaseMeasurement.check("x", ByteBuffer.allocate(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("0 bytes");
        assertThatCode(() -> PhaseMeasurement.check("x", ByteBuffer.wrap(HEX.parseHex("80020000000a00000000"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aBootThatTheStubHasNotMeasuredIsLeftAlone() throws IOException {
        Path tpm = file("dev/tpmrm0");
        measurement().measure(PhaseMeasurement.ENTER);
        assertThat(tpm).isEmptyFile();
    }

    @Test
    void aMeasuredBootWithoutDriverIsTold() throws IOException {
        Files.write(file(MEASURED), HEX.parseHex("0600000031003100" + "0000"));
        measurement().measure(PhaseMeasurement.ENTER);
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("no driver for the TPM");
    }

    @Test
    void whatTheStubToldIsKeptForTheImage() throws IOException {
        Files.writeString(file(".extra/profile"), "ID=ram\n");
        Files.writeString(file(".extra/boot-secret"), "secret");
        Files.writeString(file(".extra/tpm2-pcr-signature.json"), "{}");
        StubFiles.keep(root);
        assertThat(root.resolve("run/systemd/stub/profile")).hasContent("ID=ram\n");
        assertThat(root.resolve("run/systemd/tpm2-pcr-signature.json")).hasContent("{}");
        assertThat(root.resolve("run/systemd/tpm2-pcr-public-key.pem")).doesNotExist();
        assertThat(Files.getPosixFilePermissions(root.resolve("run/systemd/stub/boot-secret")))
                .hasToString("[OWNER_READ]");
    }

    private PhaseMeasurement measurement() {
        return new PhaseMeasurement(root, Console.early(screen));
    }

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
