package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pullboot.linux.MountFlag;

final class RootFlagsTest {
    @Test
    void systemdsOwnOptionsAreLookedOver() {
        RootFlags flags = RootFlags.parse("x-systemd.device-timeout=infinity");

        assertThat(flags.flags()).isEmpty();
        assertThat(flags.data()).isEmpty();
    }

    @Test
    void flagsAndDataAreParted() {
        RootFlags flags = RootFlags.parse("nodev,subvol=@root,ro,compress=zstd:1,,noexec,noatime");

        assertThat(flags.flags()).containsExactly(MountFlag.NO_DEV, MountFlag.NO_EXEC, MountFlag.NO_ATIME);
        assertThat(flags.data()).isEqualTo("subvol=@root,compress=zstd:1");
    }

    @Test
    void nothingIsNothing() {
        assertThat(RootFlags.parse("").data()).isEmpty();
    }
}
