package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SwitchRootTest {
    @Test
    void anInitramfsIsToldByItsFileSystem() {
        assertThat(SwitchRoot.isInitramfs("rootfs / rootfs rw,size=200000k 0 0\nproc /proc proc rw 0 0\n"))
                .isTrue();
        assertThat(SwitchRoot.isInitramfs("proc /proc proc rw 0 0\nnone / tmpfs rw 0 0\n"))
                .isTrue();
    }

    @Test
    void aDiskIsNone() {
        assertThat(SwitchRoot.isInitramfs("/dev/vda / ext4 rw,relatime 0 0\n")).isFalse();
        assertThat(SwitchRoot.isInitramfs("")).isFalse();
    }

    @Test
    void theTopmostMountCounts() {
        assertThat(SwitchRoot.isInitramfs("rootfs / rootfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n"))
                .isFalse();
    }
}
