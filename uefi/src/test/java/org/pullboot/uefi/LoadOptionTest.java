package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadOptionTest {
    /** What {@code kernel-bootcfg --add-uri=http://a/b.efi --title=a} writes. */
    static final String BOOTCFG = "01000000160061000000" + "03181200687474703a2f2f612f622e656669" + "7fff0400";

    @Test
    void writesWhatKernelBootcfgWrites() {
        LoadOption option = new LoadOption(
                LoadOption.ACTIVE,
                "a",
                List.of(DevicePath.of(new DeviceNode.Uri("http://a/b.efi", false))),
                Bytes.EMPTY);
        assertThat(option.bytes().hex()).isEqualTo(BOOTCFG);
    }

    @Test
    void readsWhatKernelBootcfgWrites() throws UefiException {
        LoadOption option = LoadOption.parse(Bytes.ofHex(BOOTCFG));
        assertThat(option.description()).isEqualTo("a");
        assertThat(option.isActive()).isTrue();
        assertThat(option.paths().get(0).uri()).contains("http://a/b.efi");
        assertThat(option.optionalData().isEmpty()).isTrue();
    }

    @Test
    void severalPathsAndOptionalDataKeepTheirBytes() throws UefiException {
        String hex = "010100000c00" + "e4000000" + "7fff0400" + "7f010400" + "7fff0400" + "aabb";
        LoadOption option = LoadOption.parse(Bytes.ofHex(hex));
        assertThat(option.description()).isEqualTo("ä");
        assertThat(option.paths()).hasSize(2);
        assertThat(option.optionalData().hex()).isEqualTo("aabb");
        assertThat(option.bytes().hex()).isEqualTo(hex);
    }

    @Test
    void unpairedSurrogatesInTitlesSurvive() throws UefiException {
        String hex = "01000000040000d8" + "0000" + "7fff0400";
        assertThat(LoadOption.parse(Bytes.ofHex(hex)).bytes().hex()).isEqualTo(hex);
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < BOOTCFG.length() / 2; length++) {
            Bytes cut = Bytes.ofHex(BOOTCFG.substring(0, 2 * length));
            assertThatThrownBy(() -> LoadOption.parse(cut)).isInstanceOf(UefiException.class);
        }
    }

    @Test
    void titleWithNulIsRefused() {
        assertThatThrownBy(() -> new LoadOption(1, "a\0b", List.of(), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
