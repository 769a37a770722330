package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
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

    @Test
    void textThatIsNoneSaysSo() throws IOException {
        UkiInspection uki = inspect(PeFixture.stub().section(".cmdline", "a\0b\0", 0x200));
        assertThat(uki.commandLine()).contains("a\\0b");
        Path file = directory.resolve("x.efi");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 0x200] = (byte) 0xFF;
        assertThat(UkiInspection.of(Files.write(file, bytes)).commandLine()).contains("(not valid UTF-8)");
    }

    @Test
    void onlyWhatWasAskedForIsRead() throws IOException {
        Path file = Files.write(
                directory.resolve("x.efi"),
                PeFixture.stub()
                        .section(".linux", "abc", 0x200)
                        .section(".mine", "text", 0x200)
                        .bytes());
        assertThat(UkiInspection.of(file, UkiSelection.ofUki()).sections())
                .extracting(UkiInspection.Section::name)
                .containsExactly(".sbat", ".linux");
        UkiInspection mine = UkiInspection.of(file, new UkiSelection(false, Map.of(".mine", true)));
        assertThat(mine.sections()).extracting(UkiInspection.Section::name).containsExactly(".mine");
        assertThat(mine.section(".mine").flatMap(UkiInspection.Section::text)).contains("text");
    }

    @Test
    void sectionsOverOneAnotherAreRefused() throws IOException {
        PeFixture fixture = PeFixture.stub();
        for (int i = 0; i < 4; i++) {
            fixture.section(".linux", "x".repeat(0x3000), 0x3000);
        }
        byte[] bytes = fixture.bytes();
        ByteBuffer headers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int first = 0x44 + 20 + 240 + 3 * 40;
        for (int i = 0; i < 4; i++) {
            headers.putInt(first + i * 40 + 8, 0x8000).putInt(first + i * 40 + 16, 0x8000);
            headers.putInt(first + i * 40 + 20, 0x1000);
        }
        Path file = Files.write(directory.resolve("x.efi"), bytes);
        assertThatThrownBy(() -> UkiInspection.of(file))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("lie over one another");
    }

    private UkiInspection inspect(PeFixture fixture) throws IOException {
        return UkiInspection.of(Files.write(directory.resolve("x.efi"), fixture.bytes()));
    }
}
