package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SourceTest {
    @TempDir
    Path directory;

    private final List<String> problems = new ArrayList<>();

    @Test
    void aDirectoryIsServedButForWhatIsHiddenHalfWrittenOrSecret() throws IOException {
        write("os.efi", TestFiles.uki(1));
        write("os.raw", TestFiles.disk(1));
        write("os.roothash", text("abc\n"));
        write(".hidden", text("x"));
        write("os.raw.tmp", TestFiles.disk(2));
        write("os.raw~", TestFiles.disk(2));
        write("os.raw.part", TestFiles.disk(2));
        write("mkosi.rootpw", text("secret"));
        write("mkosi.conf", text("[Output]"));
        write("secure-boot.key", text("secret"));
        Files.createDirectory(directory.resolve("sub"));

        assertThat(scan(directory)).extracting(Candidate::name).containsExactly("os.efi", "os.raw", "os.roothash");
        assertThat(problems).isEmpty();
    }

    @Test
    void contentDecidesWhatAFileIsAndNotItsName() throws IOException {
        write("a.raw", TestFiles.uki(1));
        write("b.efi", TestFiles.disk(1));
        write("c.tar", text("no tar at all"));

        assertThat(scan(directory))
                .satisfiesExactly(
                        uki -> {
                            assertThat(uki.uki()).isTrue();
                            assertThat(uki.mediaType()).isEqualTo("application/efi");
                        },
                        disk -> assertThat(disk.bootable()).isTrue(),
                        text -> assertThat(text.bootable()).isFalse());
    }

    @Test
    void aLinkBesideItsFileIsASecondNameAndOneToElsewhereIsTheFile() throws IOException {
        write("os_1.raw", TestFiles.disk(1));
        Files.createSymbolicLink(directory.resolve("os.raw"), Path.of("os_1.raw"));
        Path elsewhere = Files.createDirectory(directory.resolve("sub"));
        Files.write(elsewhere.resolve("far.raw"), TestFiles.disk(2));
        Files.createSymbolicLink(directory.resolve("near.raw"), Path.of("sub/far.raw"));
        Files.createSymbolicLink(directory.resolve("gone.raw"), Path.of("nowhere"));

        List<Candidate> found = scan(directory);

        assertThat(found).extracting(Candidate::name).containsExactly("near.raw", "os.raw", "os_1.raw");
        assertThat(found).extracting(Candidate::alias).containsExactly(false, true, false);
    }

    @Test
    void whatCannotBeServedIsSaidInASentence() throws IOException {
        write("empty.raw", new byte[0]);
        write("grub.efi", TestFiles.pe(".text", 1));
        write("disk.qcow2", text("QFI\u00fb0000000000000000"));
        byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x01, 0x02};
        write("broken.raw.zst", zstd);

        assertThat(scan(directory)).isEmpty();
        assertThat(problems)
                .anySatisfy(p -> assertThat(p).endsWith("empty.raw is not served: it is an empty file: build it again"))
                .anySatisfy(
                        p -> assertThat(p).contains("grub.efi is not served: it is a PE program that is no unified"))
                .anySatisfy(
                        p -> assertThat(p).contains("disk.qcow2 is not served").contains("--root nvme"))
                .anySatisfy(p -> assertThat(p).contains("broken.raw.zst is not served"));
    }

    @Test
    void filesThatAreNamedAreOneSource() throws IOException {
        Path raw = write("os.raw", TestFiles.disk(1));
        Path uki = write("os.efi", TestFiles.uki(1));

        List<Source> sources = Source.of(List.of(raw, uki, directory));

        assertThat(sources).hasSize(2);
        assertThat(sources.getLast().scan(false, problems::add))
                .extracting(Candidate::name)
                .containsExactly("os.efi", "os.raw");
    }

    @Test
    void aPathThatIsNotThereIsRefused() {
        Path none = directory.resolve("none");

        assertThatThrownBy(() -> Source.of(List.of(none)))
                .isInstanceOf(ServeException.class)
                .hasMessageStartingWith("there is no " + none);
    }

    @Test
    void twoFilesOfOneNameAreRefused() throws IOException {
        Path one = write("os.raw", TestFiles.disk(1));
        Files.createDirectory(directory.resolve("sub"));
        Path two = write("sub/os.raw", TestFiles.disk(2));

        assertThatThrownBy(() -> Source.of(List.of(one, two)))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("two files are named os.raw");
    }

    @ParameterizedTest
    @CsvSource({
        "os.raw,os",
        "os.raw.zst,os",
        "os.tar.gz,os",
        "os.tgz,os",
        "os.img,os",
        "os_1.2.raw.xz,os_1.2",
        "os,os",
        ".raw,.raw",
    })
    void aUkiIsNamedAfterItsImage(String image, String stem) {
        assertThat(ServedName.stem(image)).isEqualTo(stem);
    }

    @ParameterizedTest
    @CsvSource({"os.raw,true", "os-1.2_3+x.raw,true", "a b.raw,false", "'a,b.raw',false", "a:b.raw,false", "ü.raw,false"
    })
    void aNameThatCannotStandInACommandLineIsKnown(String name, boolean plain) {
        assertThat(ServedName.plainWord(name)).isEqualTo(plain);
    }

    private List<Candidate> scan(Path path) throws IOException {
        return Source.of(List.of(path)).getFirst().scan(false, problems::add);
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
