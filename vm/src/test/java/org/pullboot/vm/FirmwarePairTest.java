package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirmwarePairTest {
    @TempDir
    private Path directory;

    @Test
    void firstPairWithBothFilesIsTaken() throws IOException {
        FirmwarePair half = new FirmwarePair(file("code"), directory.resolve("absent"));
        FirmwarePair whole = new FirmwarePair(file("code2"), file("vars2"));
        FirmwarePair later = new FirmwarePair(file("code3"), file("vars3"));
        assertThat(FirmwarePair.find(Map.of(), List.of(half, whole, later))).isEqualTo(whole);
    }

    @Test
    void environmentComesFirst() throws IOException {
        FirmwarePair known = new FirmwarePair(file("code"), file("vars"));
        FirmwarePair named = new FirmwarePair(file("my.code"), file("my.vars"));
        Map<String, String> environment = Map.of(
                FirmwarePair.CODE_VARIABLE,
                named.code().toString(),
                FirmwarePair.VARIABLES_VARIABLE,
                named.variables().toString());
        assertThat(FirmwarePair.find(environment, List.of(known))).isEqualTo(named);
    }

    @Test
    void halfOfAPairIsRefused() {
        assertThatThrownBy(() -> FirmwarePair.find(Map.of(FirmwarePair.CODE_VARIABLE, "/x"), List.of()))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("both");
    }

    @Test
    void missingFirmwareNamesThePackageOrTheFile() {
        assertThatThrownBy(() -> FirmwarePair.find(Map.of(), List.of()))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("install ovmf");
        Map<String, String> environment =
                Map.of(FirmwarePair.CODE_VARIABLE, "/absent/code", FirmwarePair.VARIABLES_VARIABLE, "/absent/vars");
        assertThatThrownBy(() -> FirmwarePair.find(environment, List.of()))
                .hasMessageContaining("/absent/code is not there");
    }

    private Path file(String name) throws IOException {
        return Files.createFile(directory.resolve(name));
    }
}
