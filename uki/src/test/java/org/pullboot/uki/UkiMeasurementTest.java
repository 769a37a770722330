package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values are those of systemd-measure 262 and of a TPM. */
final class UkiMeasurementTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "sha256, :, 360a73a7bb5df74163170f2227ff5aa1ad96e9e19ac2632157b8899ccad9ebe8",
        "sha256, enter-initrd, 2fb51ccbf92097438999f733d675d4ea28b13b476578c9370e5c63d5471cb057",
        "sha256, enter-initrd:leave-initrd:sysinit:ready,"
                + " 69cdd094231d27f5a7bc1694e8b712d9fa49a84fdb2b37bda54c9d70bf03805c",
        "sha1, enter-initrd, cdbac34f711463bde82161ea97acdb6dd7275529",
        "sha384, :, 183ad04c56f5f1d77377396378d9fa0573b3d6390961d142320a545c8b6dc3819805b40f45f7c3b721192a8884bf60f7",
        "sha512, b, be74fb4281ba63431c8816d9d7c01b51ed79ea459edb0c079aabf9bd10216e00"
                + "4c3e7eedfade87f9e7d539bf3fb3f44d94763fb5b4c6ebafb1b29d20c7af3076",
    })
    void registerElevenIsThatOfSystemdMeasure(String label, String phase, String expected) throws IOException {
        PcrBank bank = PcrBank.ofLabel(label).orElseThrow();
        UkiMeasurement measurement = measure(new PeFixture().section(".linux", "KERNELDATA", 0x200), 0);

        assertThat(hex(measurement.pcr11(bank, PhasePath.of(phase)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "sha256, d2fcb33b0506533dd7fe5b1153a8660803f301a43cca01cf101bd1330508ad4a",
        "sha1, c5a15e2ba5b492fa11c58d2640b7e7e875d7cc4885043d0ca9e9f81941eb2b26",
        "sha384, 157c1266e312236c1191478e45790c0d03681cfaebec771ce4be0be3ec9c13f6",
    })
    void policiesAreThoseOfSystemdMeasure(String label, String expected) throws IOException {
        PcrBank bank = PcrBank.ofLabel(label).orElseThrow();
        byte[] register = measure(new PeFixture().section(".linux", "KERNELDATA", 0x200), 0)
                .pcr11(bank, PhasePath.INITRD);

        assertThat(hex(PcrPolicy.digest(bank, register))).isEqualTo(expected);
    }

    @Test
    void aPolicyReferenceIsSignedBesideThePolicy() {
        byte[] toBeSigned = PcrPolicy.toBeSigned(new byte[] {1, 2}, Optional.of("initrd"));

        assertThat(hex(toBeSigned)).isEqualTo("010209e6c018d2c8c4903308613dd1b72484d57eadf12ec50ddc8f52e5accce470f2");
    }

    @Test
    void sectionsAreMeasuredInTheOrderOfTheSpecificationAndSignaturesNever() throws IOException {
        UkiMeasurement one = measure(
                new PeFixture()
                        .section(".efifw", "firmware", 0x200)
                        .section(".cmdline", "quiet", 0x200)
                        .section(".text", "program", 0x200)
                        .section(".osrel", "", 0x200)
                        .section(".linux", "KERNELDATA", 0x200),
                0);
        UkiMeasurement other = measure(
                new PeFixture()
                        .section(".linux", "KERNELDATA", 0x400)
                        .section(".cmdline", "quiet", 0x200)
                        .section(".efifw", "firmware", 0x200)
                        .section(".pcrsig", "{}", 0x200),
                0);

        assertThat(one.sections()).extracting(MeasuredSection::name).containsExactly(".linux", ".cmdline", ".efifw");
        assertThat(one.pcr11(PcrBank.SHA256, PhasePath.KERNEL))
                .isEqualTo(other.pcr11(PcrBank.SHA256, PhasePath.KERNEL));
    }

    @Test
    void aProfileHasItsOwnSectionsAndTheOthersOfTheBase() throws IOException {
        PeFixture image = new PeFixture()
                .section(".linux", "KERNELDATA", 0x200)
                .section(".cmdline", "base", 0x200)
                .section(".profile", "ID=main", 0x200)
                .section(".profile", "ID=b", 0x200)
                .section(".cmdline", "other", 0x200);
        PeFixture alone = new PeFixture()
                .section(".linux", "KERNELDATA", 0x200)
                .section(".cmdline", "other", 0x200)
                .section(".profile", "ID=b", 0x200);

        assertThat(measure(image, 1).pcr11(PcrBank.SHA1, PhasePath.KERNEL))
                .isEqualTo(measure(alone, 0).pcr11(PcrBank.SHA1, PhasePath.KERNEL))
                .isNotEqualTo(measure(image, 0).pcr11(PcrBank.SHA1, PhasePath.KERNEL));
        assertThatThrownBy(() -> measure(image, 2))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("profiles 0 to 1");
    }

    @Test
    void theChoiceOfAProfileIsMeasuredIntoRegisterTwelve() throws IOException {
        PeFixture image = new PeFixture()
                .section(".linux", "KERNELDATA", 0x200)
                .section(".profile", "ID=main", 0x200)
                .section(".profile", "ID=b", 0x200);

        assertThat(measure(image, 0).pcr12(PcrBank.SHA256)).isEmpty();
        assertThat(measure(image, 1)
                        .pcr12(PcrBank.SHA256)
                        .map(UkiMeasurementTest::hex)
                        .orElse(""))
                .startsWith("46e325c5")
                .endsWith("0ddd");
    }

    @Test
    void phasesAreSortedAndEachIsThereOnce() {
        List<PhasePath> paths = List.of(
                PhasePath.of("b::"), PhasePath.of("a"), PhasePath.of(":b"), PhasePath.of(""), PhasePath.of(":"));

        assertThat(PhasePath.sorted(paths)).extracting(PhasePath::toString).containsExactly(":", "a", "b");
    }

    private UkiMeasurement measure(PeFixture image, int profile) throws IOException {
        Path file = directory.resolve("image.efi");
        Files.write(file, image.bytes());
        return UkiMeasurement.of(file, profile, PcrBank.all());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
