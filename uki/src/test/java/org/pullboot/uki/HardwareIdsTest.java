package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HardwareIdsTest {
    @TempDir
    private Path directory;

    @Test
    void recordsPointToTheStringsBehindThem() throws IOException {
        write("""
                {"type": "devicetree", "name": "N", "compatible": "C",
                 "hwids": ["ffffffff-0000-0000-0000-000000000000", "00010203-0405-0607-0809-0a0b0c0d0e0f"]}
                """);
        assertThat(HexFormat.of().formatHex(HardwareIds.of(directory).head(1000)))
                .isEqualTo("1c000010" + "03020100" + "0504" + "0706" + "08090a0b0c0d0e0f" + "56000000" + "54000000"
                        + "1c000010" + "ffffffff" + "0000" + "0000" + "0000000000000000" + "56000000" + "54000000"
                        + "00".repeat(28) + "4300" + "4e00");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | should be JSON",
                "[] | should have a text 'type'",
                "{\"type\": \"x\", \"name\": \"n\", \"hwids\": []} | should be of type 'devicetree'",
                "{\"type\": \"devicetree\", \"hwids\": []} | a text 'name'",
                "{\"type\": \"devicetree\", \"name\": \"n\", \"hwids\": []} | a text 'compatible'",
                "{\"type\": \"devicetree\", \"name\": \"n\", \"compatible\": \"c\"} | a list 'hwids'",
                "{\"type\": \"uefi-fw\", \"name\": \"n\", \"fwid\": \"c\", \"hwids\": [\"1\"]} | no GUID",
                "{\"type\": \"uefi-fw\", \"name\": \"n\", \"fwid\": \"c\", \"compatible\": \"c\", \"hwids\": []} | does not go with",
            })
    void descriptionThatIsWrongIsRefusedWithItsFile(String json, String message) throws IOException {
        Path file = write(json);
        assertThatThrownBy(() -> HardwareIds.of(directory))
                .isInstanceOf(PeException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void firmwareDirectoryHoldsOneFile() throws IOException {
        assertThatThrownBy(() -> EfiFirmware.of(directory)).hasMessageContaining("exactly one file");
        Path file = Files.createFile(directory.resolve("fw"));
        assertThatThrownBy(() -> EfiFirmware.of(directory)).hasMessageContaining("has 0 bytes");
        Files.writeString(file, "abc");
        Path identified = Files.createDirectory(directory.resolve("id"));
        Files.move(file, identified.resolve("fw"));
        assertThat(HexFormat.of().formatHex(EfiFirmware.of(identified).head(1000)))
                .isEqualTo("addeedfe" + "10000000" + "03000000" + "03000000" + "696400" + "616263");
        Files.writeString(identified.resolve("more"), "x");
        assertThatThrownBy(() -> EfiFirmware.of(identified)).hasMessageContaining("holds more");
    }

    private Path write(String json) throws IOException {
        return Files.writeString(directory.resolve("x.json"), json);
    }
}
