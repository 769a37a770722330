package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UkifyConfigTest {
    @TempDir
    private Path directory;

    @Test
    void valuesGoOnInIndentedLinesAndEndAtComments() throws IOException {
        UkifyConfig config = config("""
                # all of it
                [UKI]
                Linux=vmlinuz
                Cmdline = a b  # not c
                    d=#e
                    f

                Initrd=one   two
                Uname=
                """);
        assertThat(config.value("Linux")).contains("vmlinuz");
        assertThat(config.value("Cmdline")).contains("a b\nd=#e\nf");
        assertThat(config.words("Initrd")).containsExactly("one", "two");
        assertThat(config.words("DeviceTreeAuto")).isEmpty();
        assertThat(config.value("Uname")).contains("");
        assertThat(config.value("Stub")).isEmpty();
    }

    @Test
    void flagsHaveTheWordsOfUkify() throws IOException {
        assertThat(config("[UKI]\nSignKernel=Yes").flag("SignKernel")).contains(true);
        assertThat(config("[UKI]\nSignKernel=f").flag("SignKernel")).contains(false);
        assertThat(UkifyConfig.none().flag("SignKernel")).isEmpty();
        UkifyConfig wrong = config("[UKI]\nSignKernel=always");
        assertThatThrownBy(() -> wrong.flag("SignKernel")).hasMessageContaining("SignKernel= in the configuration");
    }

    @Test
    void keysForPcrsComeInTheirOrder() throws IOException {
        UkifyConfig config = config("""
                [PCRSignature:b]
                PCRPrivateKey=b.key
                [UKI]
                PCRBanks=sha256
                [PCRSignature:a]
                PCRPrivateKey=a.key
                Phases=enter-initrd
                [PCRSignature:b]
                PolicyRef=x
                """);
        assertThat(config.pcrSignatures())
                .containsExactly(
                        Map.entry("b", Map.of("PCRPrivateKey", "b.key", "PolicyRef", "x")),
                        Map.entry("a", Map.of("PCRPrivateKey", "a.key", "Phases", "enter-initrd")));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux=x, expected [UKI]",
        "'[UKI]\nLinux', 'line 2: expected KEY=VALUE'",
        "'[UKI]\nlinux=x', 'linux'' is no key of ukify'",
        "'[UKI]\n\nPhases=x', line 3",
        "'[Uki]', expected [UKI] or [PCRSignature:NAME]",
        "'[PCRSignature:]', expected [UKI] or [PCRSignature:NAME]",
    })
    void whatHasNoMeaningIsRefusedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> config(text)).isInstanceOf(PeException.class).hasMessageContaining(message);
    }

    private UkifyConfig config(String text) throws IOException {
        return UkifyConfig.read(Files.writeString(directory.resolve("ukify.conf"), text));
    }
}
