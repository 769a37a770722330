package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.Directory;
import org.pullboot.linux.LinuxException;

/** Archives that want to do harm, put together byte by byte; whatever they try, what is outside stays as it was. */
final class TarExtractorTest {
    private static final TarLimits LIMITS = new TarLimits(1 << 20, 100, 300, 1000, false);

    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path temp;

    private Path destination;
    private Path outside;
    private String before = "";

    @BeforeEach
    void prepare() throws IOException {
        destination = Files.createDirectory(temp.resolve("destination"));
        outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        before = listing();
    }

    @AfterEach
    void nothingOutsideIsTouched() throws IOException {
        assertThat(listing()).isEqualTo(before);
    }

    /** Everything beside the destination: names, sizes, modes, times, number of names. */
    private String listing() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(temp)) {
            for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                if (!path.startsWith(destination) && !path.equals(temp)) {
                    lines.add(path + " "
                            + Files.readAttributes(
                                    path, "unix:mode,size,ino,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS));
                }
            }
        }
        return String.join("\n", lines);
    }

    private TarSummary extract(byte[] archive) throws IOException {
        return extract(archive, LIMITS);
    }

    private TarSummary extract(byte[] archive, TarLimits limits) throws IOException {
        try (Directory directory = Directory.open(destination)) {
            return TarExtractor.extract(new ByteArrayInputStream(archive), directory, limits);
        }
    }

    private void refuses(byte[] archive, String message) {
        assertThatThrownBy(() -> extract(archive))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void filesDirectoriesAndLinksAreMade() throws IOException {
        TarSummary summary = extract(new TarBytes()
                .directory("./")
                .directory("./etc/")
                .file("./etc/hostname", "host")
                .symbolicLink("./etc/absolute", "/nowhere")
                .hardLink("./second", "./etc/hostname")
                .file("implied/deeper/file", "x")
                .end());

        assertThat(summary).isEqualTo(new TarSummary(6, 5, 0, false));
        assertThat(destination.resolve("second")).hasContent("host");
        assertThat(Files.readSymbolicLink(destination.resolve("etc/absolute"))).hasToString("/nowhere");
        assertThat(destination.resolve("implied/deeper/file")).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/x", "..", "a/../../outside/x", "./../x", "a/..", "../destination/x"})
    void upwardsIsRefused(String name) {
        refuses(new TarBytes().file(name, "x").end(), "goes upwards, which would leave the destination");
        refuses(new TarBytes().directory(name).end(), "goes upwards");
        refuses(new TarBytes().pax("path=" + name).file("harmless", "x").end(), "goes upwards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "//x", "/", "/."})
    void absoluteIsRefused(String name) {
        refuses(new TarBytes().file(name, "x").end(), "has an absolute path, which would leave the destination");
        refuses(
                new TarBytes()
                        .entry('L', "long", "", name + "\0")
                        .file("harmless", "x")
                        .end(),
                "absolute path");
    }

    @Test
    void hardLinksOutOfTheTreeAreRefused() throws IOException {
        refuses(new TarBytes().hardLink("h", "../outside/secret").end(), "the target of the hard link 'h'");
        refuses(new TarBytes().hardLink("h", outside + "/secret").end(), "absolute path");
        refuses(new TarBytes().hardLink("h", "nowhere").end(), "which is not in the archive before it");
        refuses(new TarBytes().hardLink("h", ".").end(), "which is not in the archive before it");
        refuses(
                new TarBytes()
                        .symbolicLink("l", outside.toString())
                        .hardLink("h", "l/secret")
                        .end(),
                "goes through a symbolic link that leaves the destination");
        assertThat(destination.resolve("h")).doesNotExist();
    }

    @Test
    void entriesBeneathLinksThatLeaveAreRefused() {
        for (String target : List.of(outside.toString(), "../outside", "..", "/", "/proc/self/cwd", "l")) {
            refuses(
                    new TarBytes().symbolicLink("l", target).file("l/x", "x").end(),
                    "'l' in the tar archive goes through a symbolic link that leaves the destination");
            refuses(new TarBytes().symbolicLink("l", target).directory("l/x/y").end(), "symbolic link");
        }
    }

    @Test
    void linksWithinTheDestinationAreFollowed() throws IOException {
        extract(new TarBytes()
                .directory("usr/lib")
                .symbolicLink("lib", "usr/lib")
                .symbolicLink("usr/up", "../usr/lib")
                .file("lib/a", "a")
                .file("usr/up/b", "b")
                .end());

        assertThat(destination.resolve("usr/lib/a")).hasContent("a");
        assertThat(destination.resolve("usr/lib/b")).hasContent("b");
    }

    @Test
    void aFileInPlaceOfALinkReplacesTheLinkAndNotWhatItLeadsTo() throws IOException {
        extract(new TarBytes()
                .symbolicLink("l", outside + "/secret")
                .hardLink("h", "l")
                .file("l", "mine")
                .file("h", "mine too")
                .end());

        assertThat(destination.resolve("l")).isRegularFile().hasContent("mine");
        assertThat(destination.resolve("h")).hasContent("mine too");
    }

    @Test
    void aDirectoryInPlaceOfALinkReplacesTheLink() throws IOException {
        extract(new TarBytes()
                .symbolicLink("l", outside.toString())
                .directory("l")
                .file("l/x", "x")
                .end());

        assertThat(destination.resolve("l")).isDirectory();
        assertThat(Files.isSymbolicLink(destination.resolve("l"))).isFalse();
    }

    @Test
    void aLinkInPlaceOfAFileDoesNotRedirectItsParent() throws IOException {
        extract(new TarBytes()
                .directory("d")
                .file("d/x", "1")
                .file("d/x", "2")
                .symbolicLink("d/x", "/nowhere")
                .file("d/x", "3")
                .end());

        assertThat(destination.resolve("d/x")).isRegularFile().hasContent("3");
    }

    @Test
    void aDirectoryIsNeverReplaced() {
        refuses(
                new TarBytes()
                        .directory("d")
                        .symbolicLink("d", outside.toString())
                        .end(),
                "is a directory and later something else");
        refuses(new TarBytes().file("d/x", "").file("d", "x").end(), "is a directory and later something else");
    }

    @Test
    void aFileHasNothingBeneathIt() {
        refuses(new TarBytes().file("f", "").file("f/x", "x").end(), "is no directory");
        refuses(new TarBytes().symbolicLink("l", "nowhere").file("l/x", "x").end(), "is a symbolic link to nothing");
    }

    @ParameterizedTest
    @ValueSource(chars = {'3', '4'})
    void deviceNodesNeedPermission(char type) {
        refuses(new TarBytes().entry(type, "dev/null", "", "").end(), "is a device node, which is not allowed here");
        assertThat(destination.resolve("dev/null")).doesNotExist();
    }

    @Test
    void unknownTypesAreRefused() {
        for (char type : new char[] {'M', 'N', 'Z', 'A', (char) 0xE9}) {
            refuses(new TarBytes().entry(type, "x", "", "").end(), "which Pullboot does not know");
        }
    }

    @Test
    void limitsHold() {
        TarBytes tar = new TarBytes();
        for (int i = 0; i < 101; i++) {
            tar.file("f" + i, "");
        }
        refuses(tar.end(), "more than the 100 entries");
        refuses(new TarBytes().file("big", "x".repeat(1 << 20)).end(), "larger than the 1048576 bytes");
        refuses(new TarBytes().pax("path=" + "n".repeat(301)).file("x", "").end(), "a name of 301 bytes");
        refuses(
                new TarBytes()
                        .entry('L', "long", "", "n".repeat(400))
                        .file("x", "")
                        .end(),
                "a name or an extended header of 400 bytes, but at most 301");
        refuses(
                new TarBytes()
                        .pax("SCHILY.xattr.user.a=" + "v".repeat(1000))
                        .file("x", "")
                        .end(),
                "more than the 1000 bytes of extended attributes");
        refuses(
                new TarBytes()
                        .pax("GNU.sparse.major=1", "GNU.sparse.realsize=999999999999")
                        .file("hole", "0\n" + "\0".repeat(510))
                        .end(),
                "'hole' in the tar archive is of 999999999999 bytes");
    }

    @Test
    void namesWithAZeroByteAreRefused() {
        refuses(new TarBytes().pax("path=a\0b").file("x", "").end(), "a name has a zero byte in it");
        refuses(new TarBytes().pax("linkpath=a\0b").symbolicLink("x", "y").end(), "a name has a zero byte in it");
        refuses(
                new TarBytes().pax("SCHILY.xattr.user.a\0b=v").file("x", "").end(),
                "a pax header does not hold what it should");
    }

    @Test
    void nonsenseInHeadersIsRefused() {
        byte[] negative = TarBytes.header('0', "x", "", "");
        Arrays.fill(negative, 124, 136, (byte) 0xFF);
        refuses(new TarBytes().block(TarBytes.sealed(negative)).end(), "a size is negative");

        byte[] huge = TarBytes.header('0', "x", "", "");
        Arrays.fill(huge, 125, 136, (byte) 0xFF);
        huge[124] = (byte) 0x80;
        refuses(new TarBytes().block(TarBytes.sealed(huge)).end(), "a number in a header is too large");

        byte[] letters = TarBytes.header('0', "x", "", "rm -rf");
        refuses(new TarBytes().block(letters).end(), "a number in a header is none");

        byte[] spoiled = TarBytes.header('0', "x", "", "");
        spoiled[0]++;
        refuses(new TarBytes().block(spoiled).end(), "does not begin like any");
        refuses(new TarBytes().file("a", "").block(spoiled).end(), "the checksum of a header is wrong");

        refuses(new TarBytes().file("", "x").end(), "an entry without a name");
        refuses(new TarBytes().symbolicLink("l", "").end(), "leads to nothing");
        refuses(new TarBytes().pax("uid=4294967295").file("x", "").end(), "belongs to 4294967295");
        refuses(new TarBytes().pax("mtime=never").file("x", "").end(), "mtime is no time");
        refuses(new TarBytes().pax("size=1e9").file("x", "").end(), "size is no number");
        for (String header :
                List.of("5 a=", "0 a=b\n", "99 a=b\n", "x", "6 abc\n", "6 =bc\n", "2\n", "999999999999 a=b\n")) {
            refuses(new TarBytes().entry('x', "pax", "", header).file("x", "").end(), "pax header");
        }
    }

    @Test
    void sparseMapsThatMakeNoSenseAreRefused() {
        for (String map : List.of("0,5,2,5", "0,10,5", "0,11", "5,5", "9,2", "-1,2", "1,", "999999999999999999,10")) {
            refuses(
                    new TarBytes()
                            .pax("GNU.sparse.size=10", "GNU.sparse.map=" + map)
                            .file("x", "0123456789")
                            .end(),
                    "the tar archive is damaged");
        }
        for (String map : List.of("1\n0\n11\n", "x", "1\n", "2\n0\n1\n", "\n", "999999999999999999\n")) {
            String block = map + "\0".repeat(512 - map.length());
            refuses(
                    new TarBytes()
                            .pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=10")
                            .file("x", block + "0123456789")
                            .end(),
                    "the tar archive is damaged");
        }
    }

    @Test
    void anArchiveCutAnywhereIsIncomplete() {
        byte[] whole = new TarBytes()
                .directory("d")
                .pax("path=d/long", "SCHILY.xattr.user.a=b")
                .file("x", "y".repeat(700))
                .symbolicLink("l", "d")
                .unended();
        for (int length = 0; length < whole.length; length += length % 512 == 511 ? 1 : 73) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> extract(cut))
                    .as("cut after %d bytes", cut.length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageMatching(".*(incomplete|nothing in it).*");
        }
        assertThatThrownBy(() -> extract(whole)).hasMessageContaining("incomplete");
        assertThatCode(() -> extract(Arrays.copyOf(whole, whole.length + 512))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void spoiledBytesNeverDoMoreThanFail(long seed) {
        byte[] whole = new TarBytes()
                .directory("d")
                .pax("path=d/long", "SCHILY.xattr.user.a=b", "GNU.sparse.size=20", "GNU.sparse.map=10,4")
                .file("x", "yyyy")
                .symbolicLink("l", "d")
                .hardLink("h", "l")
                .end();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] spoiled = whole.clone();
            int at = random.nextInt(whole.length / 512) * 512;
            for (int j = 0; j < 3; j++) {
                spoiled[at + random.nextInt(512)] = (byte) random.nextInt();
            }
            // Sealed again, so that more than the checksum is seen to hold.
            byte[] block = TarBytes.sealed(Arrays.copyOfRange(spoiled, at, at + 512));
            System.arraycopy(block, 0, spoiled, at, 512);
            try {
                extract(spoiled);
            } catch (ImageException | LinuxException declared) {
                assertThat(declared).as("seed %d, round %d", seed, i).hasMessageNotContaining("null");
            } catch (IOException other) {
                throw new AssertionError("seed " + seed + ", round " + i, other);
            }
        }
    }

    @Test
    void anOperatingSystemInOneDirectoryIsMovedUp() throws IOException {
        TarSummary summary = extract(new TarBytes()
                .directory("debian/")
                .file("debian/usr/lib/os-release", "ID=debian")
                .symbolicLink("debian/etc/os-release", "../usr/lib/os-release")
                .file("debian/debian", "of the same name")
                .file("debian/.#hoisted", "taken")
                .end());

        assertThat(summary.hoisted()).isTrue();
        assertThat(destination.resolve("usr/lib/os-release")).hasContent("ID=debian");
        assertThat(destination.resolve("debian")).hasContent("of the same name");
        assertThat(destination.resolve(".#hoisted")).hasContent("taken");
        try (Stream<Path> top = Files.list(destination)) {
            assertThat(top).hasSize(4);
        }
    }

    @Test
    void anythingElseStaysWhereItIs() throws IOException {
        assertThat(extract(new TarBytes().file("one/file", "x").end()).hoisted())
                .isFalse();
        assertThat(extract(new TarBytes()
                                .file("one/etc/os-release", "x")
                                .file("two", "x")
                                .end())
                        .hoisted())
                .isFalse();
        assertThat(destination.resolve("one/etc/os-release")).exists();
    }
}
