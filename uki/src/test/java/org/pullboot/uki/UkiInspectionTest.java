package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UkiInspectionTest {
    @TempDir
    private Path directory;

    @Test
    void tellsSizeDigestAndText() throws IOException {
        UkiInspection uki =
                inspect(PeFixture.stub().section(".linux", "abc", 0x200).section(".uname", "6.1\0\0", 0x200));
        UkiInspection.Section linux = uki.section(".linux").orElseThrow();
        assertThat(linux.size()).isEqualTo(3);
        assertThat(linux.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(linux.text()).isEmpty();
        assertThat(linux.isOfUki()).isTrue();
        assertThat(uki.section(".text").orElseThrow().isOfUki()).isFalse();
        assertThat(uki.kernelVersion()).contains("6.1");
        assertThat(uki.commandLine()).isEmpty();
        assertThat(uki.isUki()).isTrue();
    }

    @Test
    void programThatIsNoUkiSaysWhy() throws IOException {
        assertThat(UkiInspection.whyNoUki(inspect(PeFixture.stub()).pe()))
                .hasValueSatisfying(why -> assertThat(why).contains("no .linux section"));
        assertThat(UkiInspection.whyNoUki(inspect(PeFixture.stub().section(".cmdline", "a", 0x200))
                        .pe()))
                .hasValueSatisfying(why -> assertThat(why).contains("addon"));
        UkiInspection windows =
                inspect(PeFixture.stub().section(".linux", "a", 0x200).subsystem(2));
        assertThat(windows.isUki()).isFalse();
        assertThat(UkiInspection.whyNoUki(windows.pe()))
                .hasValueSatisfying(why -> assertThat(why).contains("subsystem"));
    }

    @Test
    void truncatedUkiIsRefused() throws IOException {
        byte[] uki = PeFixture.stub().section(".linux", "abc", 0x200).bytes();
        Path file = Files.write(directory.resolve("cut.efi"), Arrays.copyOf(uki, uki.length - 1));
        assertThatThrownBy(() -> UkiInspection.of(file))
                .isInstanceOf(PeException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("cut off");
    }

    private UkiInspection inspect(PeFixture fixture) throws IOException {
        return UkiInspection.of(Files.write(directory.resolve("x.efi"), fixture.bytes()));
    }
}
