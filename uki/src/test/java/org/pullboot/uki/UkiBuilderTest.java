package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
                .section(".mine", SectionContent.of(extra))
                .splash(SectionContent.of(extra))
                .microcode(SectionContent.of(extra))
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
        assertThat(build(builder().commandLine(SectionContent.of("a  b\n\0"))).commandLine())
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

    @Test
    void compressedKernelIsUnpacked() throws IOException {
        byte[] plain = Files.readAllBytes(kernel);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(kernel))) {
            out.write(plain);
        }
        UkiInspection uki = build(builder());
        assertThat(uki.kernelVersion()).contains("6.1.0-9-test");
        assertThat(UkiImage.read(output)
                        .profiles()
                        .getFirst()
                        .section(".linux")
                        .orElseThrow()
                        .content()
                        .head(1 << 20))
                .isEqualTo(plain);
        Files.write(kernel, HexFormat.of().parseHex("1f8b080000000000" + "00".repeat(100)));
        assertThatThrownBy(() -> build(builder())).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"02214c1800000000", "04224d1800000000"})
    void kernelCompressedWithLz4IsRefusedWithItsName(String hex) throws IOException {
        Files.write(kernel, HexFormat.of().parseHex(hex + "00".repeat(100)));
        assertThatThrownBy(() -> build(builder()))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("compressed with lz4");
    }

    @Test
    void whatLzmaHidesMustBeAKernel() throws IOException {
        // "hello, pullboot\n" by xz --format=lzma.
        byte[] packed = HexFormat.of()
                .parseHex("5d00008000ffffffffffffffff00341949ee8def8c6ade6a6ce39519c74c4663f3ffff8b300000");
        Files.write(kernel, packed);
        assertThatThrownBy(() -> build(builder()))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("the kernel compressed in " + kernel + " is none for a UKI");
        Files.write(kernel, Arrays.copyOf(packed, 20));
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("lzma data ends too early");
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
    @ValueSource(strings = {"", ".toolongname", ".ä", ". a"})
    void namesThatAreNoneAreRefused(String name) {
        assertThatThrownBy(() -> builder().section(name, SectionContent.of("x")))
                .isInstanceOf(PeException.class);
    }

    @Test
    void sectionThatIsThereAlreadyIsRefused() {
        assertThatThrownBy(() -> build(builder().section(".linux", SectionContent.of("x"))))
                .isInstanceOf(PeException.class)
                .hasMessage("the section .linux is given twice");
    }

    @Test
    void profilesShareWhatStandsBeforeThem() throws IOException {
        build(builder()
                .commandLine("one")
                .profile("ID=first\nTITLE='The first'\n")
                .joinProfile("ID=second", List.of(new UkiSection(".cmdline", SectionContent.of("two"))))
                .joinProfile("ID=third", List.of()));
        List<UkiProfile> profiles = UkiImage.read(output).profiles();
        assertThat(profiles).extracting(UkiProfile::index).containsExactly(0, 1, 2);
        assertThat(profiles.get(0).id()).contains("first");
        assertThat(profiles.get(0).title()).contains("The first");
        assertThat(profiles.get(1).id()).contains("second");
        assertThat(profiles.get(1).title()).isEmpty();
        for (UkiProfile profile : profiles) {
            assertThat(profile.sections())
                    .extracting(UkiSection::name)
                    .containsExactly(".linux", ".cmdline", ".uname", ".sbat", ".profile");
            String line = profile.index() == 1 ? "two" : "one";
            assertThat(profile.section(".cmdline").orElseThrow().text()).isEqualTo(line);
        }
    }

    @Test
    void profileMadeAloneIsJoinedLater() throws IOException {
        Path alone = directory.resolve("profile.efi");
        new UkiBuilder(stub(new PeFixture().section(".text", "x", 0x200)))
                .profile("ID=second")
                .commandLine("two")
                .build(alone);
        assertThat(UkiInspection.of(alone).sections())
                .extracting(UkiInspection.Section::name)
                .containsExactly(".text", ".profile", ".cmdline");
        build(builder().commandLine("one").joinProfile(alone));
        List<UkiProfile> profiles = UkiImage.read(output).profiles();
        assertThat(profiles.get(0).id()).contains("main");
        assertThat(profiles.get(1).section(".cmdline").orElseThrow().text()).isEqualTo("two");
        assertThatThrownBy(() -> build(builder().joinProfile(kernel)))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("should bring a profile");
    }

    @Test
    void addonHasSbatOfItsOwnAndNoKernel() throws IOException {
        UkiInspection addon = build(new UkiBuilder(stub(new PeFixture().section(".text", "x", 0x200)))
                .commandLine("debug")
                .osRelease(""));
        assertThat(addon.sections())
                .extracting(UkiInspection.Section::name)
                .containsExactly(".text", ".cmdline", ".sbat");
        assertThat(addon.section(".sbat").flatMap(UkiInspection.Section::text))
                .hasValueSatisfying(text -> assertThat(text).contains("uki-addon,1,"));
    }

    @Test
    void signerSeesEachProfileAsItIsBooted() throws IOException {
        List<List<String>> seen = new ArrayList<>();
        build(builder()
                .commandLine("one")
                .joinProfile("ID=second", List.of(new UkiSection(".cmdline", SectionContent.of("two"))))
                .signPcrs(profile -> {
                    seen.add(profile.sections().stream().map(UkiSection::name).toList());
                    return Optional.of("{\"profile\":" + profile.index() + "}");
                }));
        assertThat(seen)
                .containsExactly(
                        List.of(".linux", ".cmdline", ".uname", ".sbat", ".profile"),
                        List.of(".linux", ".cmdline", ".uname", ".sbat", ".profile"));
        List<UkiProfile> profiles = UkiImage.read(output).profiles();
        assertThat(profiles.get(0).section(".pcrsig").orElseThrow().text()).isEqualTo("{\"profile\":0}");
        assertThat(profiles.get(1).section(".pcrsig").orElseThrow().text()).isEqualTo("{\"profile\":1}");
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

    private Path stub(PeFixture fixture) throws IOException {
        return Files.write(directory.resolve("other.stub"), fixture.bytes());
    }

    private UkiBuilder builder() {
        return new UkiBuilder(stub, kernel);
    }

    private UkiInspection build(UkiBuilder builder) throws IOException {
        assertThat(builder.build(output)).isEqualTo(Files.size(output));
        return UkiInspection.of(output);
    }
}
