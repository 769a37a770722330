package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MachineIdTest {
    @TempDir
    private Path dmi;

    @Test
    void theUuidIsInLowerCase() throws IOException {
        Files.writeString(dmi.resolve("product_uuid"), "4C4C4544-0051-3510-8050-B4C04F4D4E32\n");

        assertThat(MachineId.read(dmi)).isEqualTo("4c4c4544-0051-3510-8050-b4c04f4d4e32");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "Not Settable",
                "4c4c4544",
                "",
                "4c4c4544-0051-3510-8050-b4c04f4d4e324c4c4544-0051-3510-8050-b4c04f4d4e32"
            })
    void whatTellsNoMachineApartIsNone(String text) throws IOException {
        Files.writeString(dmi.resolve("product_uuid"), text);

        assertThat(MachineId.read(dmi)).isNull();
    }

    @Test
    void aMachineWithoutSmbiosHasNone() throws IOException {
        assertThat(MachineId.read(dmi.resolve("missing"))).isNull();
    }
}
