package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UkiBuilderTest {
    @TempDir
    private Path directory;

    private Path stub;
    private Path kernel;
    private Path initrd;
    private Path output;

    @BeforeEach
    void writeParts() throws IOException {
        stub = Files.write(directory.resolve("stub"), PeFixture.stub().bytes());
        kernel = Files.write(directory.resolve("vmlinuz"), PeFixture.kernel().bytes());
        initrd = Files.write(directory.resolve("initrd"), new byte[1001]);
        output = directory.resolve("out.efi");
    }

    @Test
    void sectionsComeInTheOrderOfUkify() throws IOException {
        Path extra = Files.writeString(directory.resolve("extra"), "x");
        UkiInspection uki = build(builder()
                .section(".mine", extra)
                .section(".splash", extra)
                .section(".ucode", extra)
                .initrd(initrd)
                .commandLine("quiet")
                .osRelease("ID=x\n"));
        assertThat(uki.sections())
                .extracting(UkiInspection.Section::name)
                .containsExactly(
                        ".text",
                        ".sbat",
                        ".sdmagic",
                        ".osrel",
                        ".cmdline",
                        ".uname",
                        ".splash",
                        ".linux",
                        ".initrd",
                        ".ucode",
                        ".mine");
        assertThat(uki.isUki()).isTrue();
    }

    @Test
    void sectionsLieAlignedInFileAndMemory() throws IOException {
        UkiInspection uki = build(builder().initrd(initrd).commandLine("quiet"));
        PeSection previous = uki.pe().sections().get(2);
        for (PeSection section :
                uki.pe().sections().subList(3, uki.pe().sections().size())) {
            assertThat(section.rawOffset()).isEqualTo(previous.rawOffset() + previous.rawSize());
            assertThat(section.rawSize() % 0x200).isZero();
            assertThat(section.virtualAddress() % 0x1000).isZero();
            assertThat(section.virtualAddress()).isGreaterThanOrEqualTo(previous.virtualEnd());
            assertThat(section.characteristics()).isEqualTo(section.name().equals(".linux") ? 0x40000020 : 0x40000040);
            previous = section;
        }
        assertThat(Files.size(output)).isEqualTo(previous.rawOffset() + previous.rawSize());
        assertThat(uki.section(".initrd").orElseThrow().size()).isEqualTo(1001);
        assertThat(uki.pe().section(".initrd").orElseThrow().virtualSize()).isEqualTo(1001);
    }

    @Test
    void textsReadBack() throws IOException {
        UkiInspection uki = build(builder().commandLine(" a  b\n\tc ").osRelease("ID=x\n"));
        assertThat(uki.commandLine()).contains("a b c");
        assertThat(uki.osRelease()).contains("ID=x\n");
        assertThat(uki.kernelVersion()).contains("6.1.0-9-test");
        assertThat(build(builder().commandLineVerbatim("a  b\n\0")).commandLine())
                .contains("a  b\n");
        assertThat(build(builder().kernelVersion("5")).kernelVersion()).contains("5");
    }

    @Test
    void emptyTextsMakeNoSection() throws IOException {
        UkiInspection uki = build(builder().commandLine(" ").osRelease("").kernelVersion(""));
        assertThat(uki.sections())
                .extracting(UkiInspection.Section::name)
                .containsExactly(".text", ".sbat", ".sdmagic", ".linux");
    }

    @Test
    void sbatIsMergedIntoTheStubsPlace() throws IOException {
        Path signedKernel = Files.write(
                kernel,
                PeFixture.kernel()
                        .section(".sbat", "sbat,1,x\nlinux,1,The Linux Kernel,linux,1,https://kernel.org\n", 0x200)
                        .bytes());
        UkiInspection uki = build(new UkiBuilder(stub, signedKernel));
        assertThat(uki.section(".sbat").flatMap(UkiInspection.Section::text))
                .contains(PeFixture.STUB_SBAT + "linux,1,The Linux Kernel,linux,1,https://kernel.org\n"
                        + "uki,1,UKI,uki,1,https://uapi-group.org/specifications/specs/unified_kernel_image/\n");
        PeSection sbat = uki.pe().section(".sbat").orElseThrow();
        assertThat(sbat.rawSize()).isEqualTo(0x400);
        assertThat(sbat.rawOffset())
                .isEqualTo(PeFile.read(stub).section(".sbat").orElseThrow().rawOffset());
    }

    @Test
    void sbatOfTheUserReplacesTheLineForUkis() throws IOException {
        UkiInspection uki = build(builder().sbat("sbat,1,x\nmine,1,Me,mine,1,https://example.org\n"));
        assertThat(uki.section(".sbat").flatMap(UkiInspection.Section::text))
                .contains(PeFixture.STUB_SBAT + "mine,1,Me,mine,1,https://example.org\n");
        assertThatThrownBy(() -> build(builder().sbat("mine,1"))).hasMessageContaining("header line");
        assertThatThrownBy(() -> build(builder().sbat("sbat,1\n" + "x".repeat(0x400))))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("has room for 1024");
    }

    @Test
    void stubWithoutSbatGetsASection() throws IOException {
        Files.write(stub, new PeFixture().section(".text", "x", 0x200).bytes());
        assertThat(build(builder()).sections())
                .extracting(UkiInspection.Section::name)
                .contains(".sbat");
    }

    @Test
    void severalInitrdsAreEachPaddedToFourBytes() throws IOException {
        Path one = Files.write(directory.resolve("one"), new byte[] {1, 1, 1});
        Path two = Files.write(directory.resolve("two"), new byte[] {2, 2, 2, 2, 2});
        UkiInspection uki = build(builder().initrd(one).initrd(two));
        PeSection section = uki.pe().section(".initrd").orElseThrow();
        assertThat(HexFormat.of().formatHex(SectionReader.read(output, section)))
                .isEqualTo("01010100" + "0202020202000000");
    }

    @Test
    void kernelThatCannotRunWithoutExecutableDataSaysSoForTheWhole() throws IOException {
        assertThat(build(builder()).pe().dllCharacteristics()).isEqualTo(0x160);
        Files.write(kernel, PeFixture.kernel().dllCharacteristics(0).bytes());
        assertThat(build(builder()).pe().dllCharacteristics()).isEqualTo(0x060);
    }

    @Test
    void symbolTableAtTheEndIsStripped() throws IOException {
        byte[] plain = Files.readAllBytes(stub);
        Files.write(stub, PeFixture.stub().symbols(3).bytes());
        UkiInspection uki = build(builder());
        assertThat(uki.pe().symbolTable()).isZero();
        assertThat(uki.pe().symbolCount()).isZero();
        assertThat(uki.pe().sections().get(3).rawOffset()).isEqualTo(plain.length);
    }

    @Test
    void unalignedSectionsOfTheStubAreAligned() throws IOException {
        Files.write(
                stub,
                new PeFixture()
                        .headersSize(0xF00)
                        .section(".text", "program", 0x123)
                        .section(".data", "data", 0x101)
                        .bytes());
        UkiInspection uki = build(builder());
        assertThat(uki.pe().sections())
                .allMatch(section -> section.rawOffset() % 0x200 == 0 && section.rawSize() % 0x200 == 0);
        assertThat(new String(
                        SectionReader.read(output, uki.pe().section(".data").orElseThrow()), StandardCharsets.UTF_8))
                .isEqualTo("data");
    }

    @Test
    void fullHeadersAreRefused() throws IOException {
        Files.write(
                stub,
                new PeFixture().headersSize(0x200).section(".text", "x", 0x200).bytes());
        assertThatThrownBy(() -> build(builder().commandLine("a").osRelease("b")))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("no room for the section");
        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b080000000000, gzip",
        "28b52ffd00000000, zstd",
        "fd377a585a000004, xz",
        "425a683931415926, bzip2",
        "02214c1800000000, lz4",
        "04224d1800000000, lz4",
        "5d00000002000000, lzma",
    })
    void compressedKernelIsRefusedWithItsCompression(String hex, String compression) throws IOException {
        Files.write(kernel, HexFormat.of().parseHex(hex + "00".repeat(100)));
        assertThatThrownBy(() -> build(builder()))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("compressed with " + compression);
    }

    @Test
    void zbootKernelIsRefusedWithItsCompression() throws IOException {
        Files.write(
                kernel, HexFormat.of().parseHex("4d5a00007a696d67" + "00".repeat(16) + "7a73746400" + "00".repeat(90)));
        assertThatThrownBy(() -> build(builder()))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("zboot kernel compressed with zstd");
    }

    @Test
    void partsThatDoNotFitAreRefused() throws IOException {
        Files.write(kernel, PeFixture.kernel().machine(0xAA64).bytes());
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("x64").hasMessageContaining("aa64");
        Files.write(kernel, "no kernel".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> build(builder()))
                .hasMessageContaining(kernel.toString())
                .hasMessageContaining("MZ");
        Files.write(kernel, PeFixture.kernel().bytes());
        Files.write(stub, PeFixture.stub().signed().bytes());
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("signed");
        Files.write(stub, PeFixture.stub().section(".linux", "x", 0x200).bytes());
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("no EFI stub");
        Files.write(stub, PeFixture.stub().subsystem(3).bytes());
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("no EFI stub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine", ".", ".toolongname", ".linux", ".initrd", ".sbat", ".ä"})
    void namesThatAreNoneOfOnesOwnAreRefused(String name) {
        assertThatThrownBy(() -> builder().section(name, initrd)).isInstanceOf(PeException.class);
    }

    @Test
    void failedBuildLeavesTheOldFileAndNothingElse() throws IOException {
        Files.writeString(output, "old");
        assertThatThrownBy(() -> build(builder().initrd(directory.resolve("absent"))))
                .isInstanceOf(IOException.class);
        assertThat(output).hasContent("old");
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrderElementsOf(List.of("stub", "vmlinuz", "initrd", "out.efi"));
        }
    }

    private UkiBuilder builder() {
        return new UkiBuilder(stub, kernel);
    }

    private UkiInspection build(UkiBuilder builder) throws IOException {
        assertThat(builder.build(output)).isEqualTo(Files.size(output));
        return UkiInspection.of(output);
    }
}
