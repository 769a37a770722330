package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd's generator made of these boot URLs when it was run on them. */
final class BootOriginTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com/image.efi, image.raw, http://example.com/image.raw",
        "http://example.com/dir/image.efi?x=/a/b#frag, image.raw, http://example.com/dir/image.raw",
        "http://example.com, image.raw, http://example.com/image.raw",
        "http://example.com/, image.raw, http://example.com/image.raw",
        "http://example.com/dir/, image.raw, http://example.com/image.raw",
        "http://example.com/a/b/c.efi, ../x/image.raw, http://example.com/a/b/../x/image.raw",
        "http://example.com/a/b/c.efi, /abs/image.raw, http://example.com/a/b//abs/image.raw",
        "http://example.com/a/b/c.efi, http://other/image.raw, http://example.com/a/b/http://other/image.raw",
        "http://example.com/a/c.efi, image.raw?mac=x&v=1, http://example.com/a/image.raw?mac=x&v=1",
        "https://[fe80::1%25eth0]:8443/a/c.efi, image.raw, https://[fe80::1%25eth0]:8443/a/image.raw",
        "http://user:pw@h:8081/particle.efi, particle.tar.zst, http://user:pw@h:8081/particle.tar.zst",
        "http://h//x///c.efi, image.raw, http://h//x/image.raw"
    })
    void aNameReplacesTheLastComponent(String origin, String suffix, String url) throws PullException {
        assertThat(new BootOrigin(origin).resolve(suffix)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tftp://example.com/a/c.efi", "http://h/büro/c.efi", "http://", "HTTP://h/c.efi", "c.efi"})
    void whatLeadsToNoHttpUrlIsRefused(String origin) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> new BootOrigin(origin).resolve("image.raw"));
    }

    @Test
    void garbageThatFirmwareLeavesAfterTheUrlGoesWithTheLastComponent() throws PullException {
        assertThat(new BootOrigin("http://h/a/c.efi\u7f04\u0400").resolve("image.raw"))
                .isEqualTo("http://h/a/image.raw");
    }

    @Test
    void aGenerationsFilesAreBelowTheSameDirectory() throws PullException {
        assertThat(new BootOrigin("http://h:8081/d/x.efi").resolveInGeneration("20261122-1f", "image.raw.zst"))
                .isEqualTo("http://h:8081/d/.pullboot/v1/g/20261122-1f/image.raw.zst");
    }

    @Test
    void aVariableHoldsFourBytesOfAttributesAndUtf16UpToANul() throws PullException {
        assertThat(BootOrigin.ofVariable(variable("http://h/x.efi\0rest"))).contains(new BootOrigin("http://h/x.efi"));
        assertThat(BootOrigin.ofVariable(variable("http://h/x.efi"))).contains(new BootOrigin("http://h/x.efi"));
    }

    @Test
    void anEmptyVariableTellsNothing() throws PullException {
        assertThat(BootOrigin.ofVariable(new byte[0])).isEmpty();
        assertThat(BootOrigin.ofVariable(variable(""))).isEmpty();
        assertThat(BootOrigin.ofVariable(variable("\0"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void aVariableThatIsCutIsAnError(int length) {
        byte[] cut = Arrays.copyOf(variable("http://h/x.efi"), length);
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> BootOrigin.ofVariable(cut));
    }

    private static byte[] variable(String text) {
        byte[] utf16 = text.getBytes(StandardCharsets.UTF_16LE);
        byte[] file = new byte[4 + utf16.length];
        file[0] = 6;
        System.arraycopy(utf16, 0, file, 4, utf16.length);
        return file;
    }
}
