package org.pullboot.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.debian.DebianTools;
import org.pullboot.linux.Directory;
import org.pullboot.linux.LinuxException;

/**
 * A corpus of archives, one named case each: honest ones become what GNU tar and umoci make of them, to the byte; hostile
 * ones are refused and touch nothing outside. Runs as root.
 */
final class TarCorpusIT {
    private static final TarLimits LIMITS = TarLimits.forRoot(64L << 30);

    /** A directory of these is written to after it had its time: theirs then has the present one, ours that of its entry. */
    private static final Set<String> TOUCHED_LATE = Set.of("through-a-link-inside", "layers-whiteout-after-its-entry");

    private static DebianTools tools;
    private static Path work;
    private static final Map<String, List<byte[]>> LAYERS = layers();
    private static final Map<String, String> LISTINGS = new HashMap<>();

    @BeforeAll
    static void runTheRealTools() throws Exception {
        tools = DebianTools.find();
        work = tools.workDirectory("corpus-");
        for (String script : List.of("corpus-make.sh", "corpus-list.sh")) {
            try (InputStream in = TarCorpusIT.class.getResourceAsStream(script)) {
                Files.write(work.resolve(script), in.readAllBytes());
            }
        }
        tools.run("bash", tools.inside(work.resolve("corpus-make.sh")), tools.inside(work));
        for (Map.Entry<String, byte[]> archive : madeByHand().entrySet()) {
            Files.write(work.resolve("honest").resolve(archive.getKey() + ".tar"), archive.getValue());
        }
        for (Map.Entry<String, List<byte[]>> image : LAYERS.entrySet()) {
            layout(work.resolve("layers").resolve(image.getKey()), image.getValue());
            try (Directory directory = Directory.open(ours("layers-" + image.getKey()))) {
                LayerStack stack = new LayerStack(LIMITS);
                for (byte[] layer : image.getValue()) {
                    stack.add(() -> new ByteArrayInputStream(layer));
                }
                stack.extract(directory);
            }
        }
        for (String name : honest()) {
            try (InputStream in = Files.newInputStream(work.resolve("honest").resolve(name + ".tar"));
                    Directory directory = Directory.open(ours(name))) {
                TarExtractor.extract(in, directory, LIMITS);
            }
        }
        String section = "";
        String listing = tools.run("bash", tools.inside(work.resolve("corpus-list.sh")), tools.inside(work));
        for (String line : listing.stripTrailing().split("\n", -1)) {
            if (line.startsWith("=") && (line.startsWith("=ours/") || line.startsWith("=theirs/"))) {
                section = line.substring(1);
            } else {
                LISTINGS.merge(line.startsWith("!") ? line.substring(1) : section, line, (a, b) -> a + "\n" + b);
            }
        }
    }

    @AfterAll
    static void remove() throws Exception {
        Tools.shell(Path.of("/"), "rm -rf --one-file-system '" + work + "'");
    }

    private static Path ours(String name) throws IOException {
        return Files.createDirectories(work.resolve("ours").resolve(name));
    }

    private static Set<String> honest() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(work.resolve("honest"))) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName()).replace(".tar", "")));
        }
        return names;
    }

    @TestFactory
    Stream<DynamicTest> honestArchivesBecomeWhatGnuTarMakesOfThem() throws IOException {
        return honest().stream().map(name -> DynamicTest.dynamicTest(name, () -> isTheSame(name)));
    }

    @TestFactory
    Stream<DynamicTest> layersBecomeWhatUmociMakesOfThem() {
        return LAYERS.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> isTheSame("layers-" + name)));
    }

    private static void isTheSame(String name) {
        assertThat(LISTINGS).doesNotContainKeys("theirs/" + name + " tar failed", "theirs/" + name + " umoci failed");
        assertThat(listing("ours", name)).isNotEmpty().isEqualTo(listing("theirs", name));
    }

    private static String listing(String whose, String name) {
        String listing = LISTINGS.getOrDefault(whose + "/" + name, "");
        return TOUCHED_LATE.contains(name) ? listing.replaceAll("(?m)^(.* d [0-7]+ [0-9:]+ ).*$", "$1") : listing;
    }

    @Test
    void theCorpusIsLargeEnough() throws IOException {
        assertThat(honest().size()
                        + LAYERS.size()
                        + HostileTars.all("/outside").size()
                        + hostileLayers().size())
                .isGreaterThanOrEqualTo(60);
    }

    @TestFactory
    Stream<DynamicTest> hostileArchivesAreRefused(@TempDir Path temp) throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        return HostileTars.all(outside.toString()).entrySet().stream()
                .map(archive -> DynamicTest.dynamicTest(archive.getKey(), () -> {
                    Path destination = Files.createDirectories(temp.resolve("destination"));
                    String before = listing(temp, destination);
                    try (Directory directory = Directory.open(destination)) {
                        assertThatThrownBy(() -> TarExtractor.extract(
                                        new ByteArrayInputStream(archive.getValue()), directory, LIMITS))
                                .isInstanceOfAny(ImageException.class, LinuxException.class);
                        assertThat(listing(temp, destination)).isEqualTo(before);
                        directory.removeContent();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> hostileLayersAreRefused() {
        return hostileLayers().entrySet().stream()
                .map(image -> DynamicTest.dynamicTest(image.getKey(), () -> {
                    LayerStack stack = new LayerStack(LIMITS);
                    assertThatThrownBy(() -> {
                                for (byte[] layer : image.getValue()) {
                                    stack.add(() -> new ByteArrayInputStream(layer));
                                }
                            })
                            .isInstanceOf(ImageException.class);
                }));
    }

    /** Everything beside the destination: names, sizes, modes, times, number of names. */
    private static String listing(Path temp, Path destination) throws IOException {
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

    /** What no tool makes any more, or only by mistake. */
    private static Map<String, byte[]> madeByHand() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("twice", new TarBytes().file("x", "first").file("x", "second").end());
        all.put(
                "twice-shorter",
                new TarBytes().file("x", "longer than").file("x", "this").end());
        all.put(
                "file-made-a-link",
                new TarBytes().file("x", "x").symbolicLink("x", "y").end());
        all.put(
                "link-made-a-file",
                new TarBytes().symbolicLink("x", "y").file("x", "x").end());
        all.put(
                "directory-twice",
                new TarBytes().directory("d/").file("d/x", "x").directory("d/").end());
        all.put("implied-directories", new TarBytes().file("a/b/c", "x").end());
        all.put(
                "dots-and-slashes",
                new TarBytes().directory("./").file(".//a/././b", "x").end());
        all.put(
                "through-a-link-inside",
                new TarBytes()
                        .directory("usr/lib/")
                        .symbolicLink("lib", "usr/lib")
                        .file("lib/x", "x")
                        .end());
        all.put(
                "hard-link-to-a-link",
                new TarBytes().symbolicLink("l", "nowhere").hardLink("h", "l").end());
        all.put(
                "hard-link-chain",
                new TarBytes()
                        .file("a", "x")
                        .hardLink("b", "a")
                        .hardLink("c", "b")
                        .end());
        all.put(
                "hard-link-again",
                new TarBytes()
                        .file("a", "x")
                        .hardLink("b", "a")
                        .hardLink("b", "a")
                        .end());
        all.put(
                "file-named-as-a-directory",
                new TarBytes().entry('0', "d/", "", "").end());
        all.put("old-file-type", new TarBytes().entry('\0', "x", "", "content").end());
        all.put("contiguous-file", new TarBytes().entry('7', "x", "", "content").end());
        all.put(
                "pax-wins",
                new TarBytes()
                        .pax("path=right", "mtime=5.25", "uid=9")
                        .file("wrong", "x")
                        .end());
        all.put(
                "pax-global",
                new TarBytes()
                        .entry('g', "g", "", "11 uid=77\n".replace("11", "10"))
                        .file("a", "")
                        .file("b", "")
                        .end());
        all.put(
                "zeros-in-between",
                new TarBytes()
                        .file("a", "x")
                        .block(new byte[1024])
                        .file("b", "x")
                        .end());
        all.put(
                "blanks-before-numbers",
                new TarBytes()
                        .block(TarBytes.header('0', "x", "", "          0 "))
                        .end());
        all.put(
                "base-256-size",
                new TarBytes()
                        .block(TarBytes.header('0', "x", "", "\200\0\0\0\0\0\0\0\0\0\0\0"))
                        .end());
        return all;
    }

    private static Map<String, List<byte[]>> layers() {
        byte[] base = new TarBytes()
                .directory("./")
                .directory("etc/")
                .file("etc/a", "1")
                .file("etc/b", "1")
                .directory("d/")
                .file("d/low", "1")
                .directory("d/sub/")
                .file("d/sub/low", "1")
                .directory("usr/")
                .directory("usr/lib/")
                .symbolicLink("lib", "usr/lib")
                .symbolicLink("abs", "/usr")
                .file("z", "shared")
                .hardLink("y", "z")
                .end();
        Map<String, List<byte[]>> all = new LinkedHashMap<>();
        all.put("one", List.of(base));
        all.put("replaced", List.of(base, new TarBytes().file("etc/a", "2").end()));
        all.put(
                "whiteout",
                List.of(
                        base,
                        new TarBytes().directory("etc/").file("etc/.wh.a", "").end()));
        all.put(
                "whiteout-of-a-directory",
                List.of(base, new TarBytes().file(".wh.d", "").end()));
        all.put(
                "whiteout-of-nothing",
                List.of(base, new TarBytes().file(".wh.none", "").file("a", "").end()));
        all.put(
                "whiteout-and-again",
                List.of(
                        base,
                        new TarBytes()
                                .file(".wh.d", "")
                                .directory("d/")
                                .file("d/high", "2")
                                .end()));
        all.put(
                "whiteout-after-its-entry",
                List.of(
                        base,
                        new TarBytes()
                                .directory("d/")
                                .file("d/high", "2")
                                .file(".wh.d", "")
                                .end()));
        all.put(
                "opaque",
                List.of(
                        base,
                        new TarBytes()
                                .directory("d/")
                                .file("d/.wh..wh..opq", "")
                                .file("d/high", "2")
                                .end()));
        all.put(
                "opaque-last",
                List.of(
                        base,
                        new TarBytes()
                                .directory("d/")
                                .file("d/high", "2")
                                .file("d/.wh..wh..opq", "")
                                .end()));
        all.put(
                "directory-made-a-file",
                List.of(base, new TarBytes().file("d", "2").end()));
        all.put(
                "directory-made-a-link",
                List.of(base, new TarBytes().symbolicLink("d", "etc").end()));
        all.put(
                "file-made-a-directory",
                List.of(base, new TarBytes().directory("z/").file("z/x", "2").end()));
        all.put(
                "link-made-a-directory",
                List.of(
                        base,
                        new TarBytes().directory("lib/").file("lib/x", "2").end()));
        all.put(
                "through-a-link",
                List.of(base, new TarBytes().file("lib/x", "2").end()));
        all.put(
                "through-an-absolute-link",
                List.of(base, new TarBytes().file("abs/x", "2").end()));
        all.put(
                "whiteout-through-a-link",
                List.of(
                        new TarBytes()
                                .directory("usr/")
                                .file("usr/x", "")
                                .symbolicLink("abs", "/usr")
                                .end(),
                        new TarBytes().file("abs/.wh.x", "").end()));
        all.put(
                "hard-link-across",
                List.of(base, new TarBytes().hardLink("w", "z").file("v", "").end()));
        all.put(
                "hard-link-of-what-goes",
                List.of(
                        base,
                        new TarBytes().hardLink("w", "z").end(),
                        new TarBytes().file(".wh.z", "").file(".wh.y", "").end()));
        all.put(
                "three",
                List.of(
                        base,
                        new TarBytes().file("etc/.wh.a", "").directory("etc/").end(),
                        new TarBytes().file("etc/a", "3").end()));
        return all;
    }

    private static Map<String, List<byte[]>> hostileLayers() {
        byte[] base = new TarBytes().directory("d/").file("d/x", "1").end();
        Map<String, List<byte[]>> all = new LinkedHashMap<>();
        all.put(
                "whiteout upwards",
                List.of(base, new TarBytes().file("../.wh.etc", "").end()));
        all.put(
                "whiteout of the parent",
                List.of(base, new TarBytes().file("d/.wh...", "").end()));
        all.put(
                "whiteout of its directory",
                List.of(base, new TarBytes().file("d/.wh..", "").end()));
        all.put(
                "whiteout of no name",
                List.of(base, new TarBytes().file("d/.wh.", "").end()));
        all.put(
                "beneath a whiteout",
                List.of(base, new TarBytes().file(".wh.d/x", "").end()));
        all.put(
                "entry upwards",
                List.of(base, new TarBytes().file("d/../../x", "").end()));
        all.put(
                "hard link upwards",
                List.of(base, new TarBytes().hardLink("x", "../../etc/passwd").end()));
        all.put(
                "hard link to a whiteout's victim",
                List.of(
                        base,
                        new TarBytes().file("d/.wh.x", "").hardLink("y", "d/x").end()));
        all.put(
                "links in circles",
                List.of(
                        base,
                        new TarBytes()
                                .symbolicLink("a", "b")
                                .symbolicLink("b", "a")
                                .file("a/x", "")
                                .end()));
        all.put(
                "beneath a file of a lower layer",
                List.of(base, new TarBytes().file("d/x/y", "").end()));
        return all;
    }

    /** An OCI layout of layers that are not compressed, for umoci. */
    private static void layout(Path directory, List<byte[]> layers) throws IOException {
        Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
        StringBuilder ids = new StringBuilder();
        StringBuilder descriptors = new StringBuilder();
        for (byte[] layer : layers) {
            ids.append(ids.isEmpty() ? "" : ",")
                    .append('"')
                    .append(digest(layer))
                    .append('"');
            descriptors
                    .append(descriptors.isEmpty() ? "" : ",")
                    .append(blob(blobs, "application/vnd.oci.image.layer.v1.tar", layer, ""));
        }
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + ids + "]}}";
        String manifest = "{\"schemaVersion\":2,\"config\":"
                + blob(blobs, "application/vnd.oci.image.config.v1+json", config.getBytes(UTF_8), "") + ",\"layers\":["
                + descriptors + "]}";
        String named = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1\"}";
        Files.writeString(
                directory.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":["
                        + blob(blobs, "application/vnd.oci.image.manifest.v1+json", manifest.getBytes(UTF_8), named)
                        + "]}");
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}", ISO_8859_1);
    }

    private static String digest(byte[] bytes) {
        return Sha256.of(Sha256.digester().digest(bytes)).toString();
    }

    private static String blob(Path blobs, String type, byte[] content, String more) throws IOException {
        String digest = digest(content);
        Files.write(blobs.resolve(digest.substring("sha256:".length())), content);
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + more + "}";
    }
}
