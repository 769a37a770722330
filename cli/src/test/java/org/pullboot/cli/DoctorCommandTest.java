package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.Stub;

final class DoctorCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"257", "257.9-1~deb13u1", "262.1-1"})
    void stubThatKnowsProfilesIsGoodEnough(String version) {
        assertThat(DoctorCommand.shortcoming(stub(version))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"252.39-1~deb12u2", "256.7-3.fc41", ""})
    void olderStubIsNamedWithWhatToInstall(String version) {
        assertThat(DoctorCommand.shortcoming(stub(version)).orElseThrow())
                .startsWith("The stub /boot/x.stub ")
                .contains(version.isEmpty() ? "does not tell its version" : "is of systemd " + version)
                .contains("systemd 257 or newer: install the systemd-boot-efi of Debian 13");
    }

    private static Stub stub(String version) {
        return new Stub(Path.of("/boot/x.stub"), EfiArchitecture.X64, version);
    }
}
