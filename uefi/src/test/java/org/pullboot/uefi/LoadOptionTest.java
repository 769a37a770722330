package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class LoadOptionTest {
    /** What {@code kernel-bootcfg --add-uri=http://a/b.efi --title=a} writes. */
    static final String BOOTCFG = "01000000160061000000" + "03181200687474703a2f2f612f622e656669" + "7fff0400";

    @Test
    void writesWhatKernelBootcfgWrites() {
        LoadOption option = new LoadOption(
                LoadOption.ACTIVE,
                "a",
                List.of(DevicePath.of(new MessagingNode.Uri("http://a/b.efi", false))),
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
    void optionalDataNamesAProfileAsTheStubReadsIt() throws UefiException {
        LoadOption one = new LoadOption(1, "t", List.of(), LoadOption.forProfile(1));
        assertThat(one.optionalData().hex()).isEqualTo("400031000000");
        assertThat(LoadOption.parse(one.bytes()).profile()).hasValue(1);
        assertThat(profile("40003200350035002000780000 00")).hasValue(255);
        assertThat(profile("40003000")).hasValue(0);
        for (String none : List.of(
                "",
                "40",
                "4000",
                "40000000",
                "40007800",
                "400031007800",
                "31000000",
                "4000320035003600",
                "400031003a00",
                "4eac0881119f594d850ee21a522c59b2",
                "400031003500320037003900")) {
            assertThat(profile(none)).as(none).isEmpty();
        }
    }

    @Test
    void damagedOptionsThrowNothingButTheDeclaredError() {
        long seed = 51;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<String> golden = List.of(
                BOOTCFG,
                "01000000" + "7a00" + "61000000" + DevicePathTest.FULL + "400031000000",
                "01000000" + "4600" + "6400650062000000"
                        + "04012a00010000000008000000000000000010000000000028732ac11ff8d211ba4b00a0c93ec93b0202"
                        + "040418005c004500460049005c0061002e00650066000000" + "7fff0400");
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            Bytes bytes = Bytes.of(Mutation.of(HexFormat.of().parseHex(golden.get(round % golden.size())), random));
            try {
                LoadOption option = LoadOption.parse(bytes);
                assertThat(option.bytes()).isEqualTo(bytes);
                assertThat(option.toString()).isNotEmpty();
                assertThat(option.profile()).isNotNull();
                accepted++;
            } catch (UefiException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageNotContaining("null");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round + ": " + bytes, e);
            }
        }
        assertThat(accepted).isBetween(2_000, 28_000);
    }

    @Test
    void titleWithNulIsRefused() {
        assertThatThrownBy(() -> new LoadOption(1, "a\0b", List.of(), Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static OptionalInt profile(String hex) {
        return new LoadOption(1, "t", List.of(), Bytes.ofHex(hex.replace(" ", ""))).profile();
    }
}
