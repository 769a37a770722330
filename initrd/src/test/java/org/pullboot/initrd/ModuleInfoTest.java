package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModuleInfoTest {
    private static final byte[] BTRFS = ElfFixture.module(
            List.of(
                    "softdep=pre: blake2b-256 post: late",
                    "license=GPL",
                    "softdep=pre: crypto-crc32c",
                    "alias=fs-btrfs",
                    "alias=devname:btrfs-control",
                    "firmware=btrfs/none.bin",
                    "depends=zstd_compress,raid6-pq,xor",
                    "name=btrfs",
                    "weakdep=sha256",
                    "vermagic=6.1.0 SMP preempt mod_unload modversions "),
            List.of("btrfs_super", "btrfs_inode"),
            List.of("printk"));

    @Test
    void readsWhatAModuleSaysOfItself() throws InitrdException {
        ModuleInfo info = ModuleInfo.read(ByteBuffer.wrap(BTRFS));

        assertThat(info.name()).isEqualTo("btrfs");
        assertThat(info.aliases()).containsExactly("fs-btrfs", "devname:btrfs-control");
        assertThat(info.depends()).containsExactly("zstd_compress", "raid6_pq", "xor");
        assertThat(info.softBefore()).containsExactly("blake2b-256", "crypto-crc32c");
        assertThat(info.softAfter()).containsExactly("late");
        assertThat(info.weak()).containsExactly("sha256");
        assertThat(info.firmware()).containsExactly("btrfs/none.bin");
        assertThat(info.vermagic()).isEqualTo("6.1.0 SMP preempt mod_unload modversions");
        assertThat(info.exports()).containsExactly("btrfs_super", "btrfs_inode");
    }

    @Test
    void ignoresSoftDependenciesThatAreNeitherBeforeNorAfter() throws InitrdException {
        ModuleInfo info = ModuleInfo.read(ByteBuffer.wrap(ElfFixture.module("softdep=gcm", "name=cifs")));

        assertThat(info.softBefore()).isEmpty();
        assertThat(info.softAfter()).isEmpty();
    }

    @Test
    void anEmptyDependsNamesNothing() throws InitrdException {
        assertThat(ModuleInfo.read(ByteBuffer.wrap(ElfFixture.module("depends=")))
                        .depends())
                .isEmpty();
    }

    @Test
    void refusesWhatIsNoModule() {
        assertThatThrownBy(() ->
                        ModuleInfo.read(ByteBuffer.wrap("#!/bin/sh\n".repeat(20).getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("not a 64-bit little-endian ELF file");
    }

    @Test
    void aFileThatIsCutShortGivesTheDeclaredErrorOnly() {
        for (int length = 0; length < BTRFS.length; length++) {
            readOrRefuse(Arrays.copyOf(BTRFS, length));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void damagedBytesGiveTheDeclaredErrorOnly(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = BTRFS.clone();
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            readOrRefuse(damaged);
        }
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            assertThat(ModuleInfo.read(ByteBuffer.wrap(bytes))).isNotNull();
        } catch (InitrdException declared) {
            assertThat(declared).hasMessageContaining("ELF");
        }
    }
}
