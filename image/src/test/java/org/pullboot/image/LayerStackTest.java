package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.Directory;
import org.pullboot.linux.EntryType;

final class LayerStackTest {
    private static final TarLimits LIMITS = new TarLimits(1 << 20, 100, 300, 1000, false);

    private static LayerStack stack(TarBytes... layers) throws IOException {
        LayerStack stack = new LayerStack(LIMITS);
        for (TarBytes layer : layers) {
            byte[] bytes = layer.end();
            stack.add(() -> new ByteArrayInputStream(bytes));
        }
        return stack;
    }

    /** What the archive of these layers holds: a line an entry. */
    private static List<String> flat(TarBytes... layers) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        stack(layers).write(archive);
        List<String> lines = new ArrayList<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive.toByteArray()), LIMITS);
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            String line = entry.pathText();
            if (entry.isHardLink()) {
                line += " = " + TarEntry.text(entry.linkTarget());
            } else if (entry.is(EntryType.SYMBOLIC_LINK)) {
                line += " -> " + TarEntry.text(entry.linkTarget());
            } else if (entry.is(EntryType.REGULAR)) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                reader.copyContent(entry, content);
                line += ": " + content.toString(UTF_8);
            }
            lines.add(line);
        }
        return lines;
    }

    private static void refuses(String message, TarBytes... layers) {
        assertThatThrownBy(() -> stack(layers))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void laterLayersReplaceFilesOfLowerOnes() throws IOException {
        assertThat(flat(
                        new TarBytes().directory("etc/").file("etc/a", "1").file("etc/b", "1"),
                        new TarBytes().file("etc/a", "2").file("new/x", "2")))
                .containsExactly("etc/b: 1", "etc/a: 2", "new/x: 2", "etc/");
    }

    @Test
    void aWhiteoutTakesAwayWhatLowerLayersHave() throws IOException {
        assertThat(flat(
                        new TarBytes()
                                .file("a", "1")
                                .directory("d/")
                                .file("d/x", "1")
                                .file("keep", "1"),
                        new TarBytes()
                                .file(".wh.a", "")
                                .file(".wh.d", "")
                                .file("d/.wh.gone", "")
                                .file(".wh.never", "")))
                .containsExactly("keep: 1");
    }

    @Test
    void aWhiteoutLeavesAloneWhatItsOwnLayerHas() throws IOException {
        assertThat(flat(
                        new TarBytes().file("d/low", "1").file("f", "1"),
                        new TarBytes()
                                .file("d/high", "2")
                                .file(".wh.d", "")
                                .file("f", "2")
                                .file(".wh.f", "")))
                .containsExactly("d/high: 2", "f: 2");
    }

    @Test
    void anOpaqueDirectoryHidesWhatLowerLayersHaveInItWhereverItStands() throws IOException {
        TarBytes low = new TarBytes()
                .directory("d/")
                .file("d/low", "1")
                .file("d/sub/low", "1")
                .file("other", "1");
        String[] expected = {"other: 1", "d/sub/high: 2", "d/"};

        assertThat(flat(
                        low,
                        new TarBytes()
                                .directory("d/")
                                .file("d/.wh..wh..opq", "")
                                .file("d/sub/high", "2")))
                .containsExactly(expected);
        assertThat(flat(
                        low,
                        new TarBytes().file("d/sub/high", "2").directory("d/").file("d/.wh..wh..opq", "")))
                .containsExactly(expected);
    }

    @Test
    void theRootCanBeOpaque() throws IOException {
        assertThat(flat(
                        new TarBytes().file("a", "1"),
                        new TarBytes().file(".wh..wh..opq", "").file("b", "2")))
                .containsExactly("b: 2");
    }

    @Test
    void notesOfAufsMeanNothing() throws IOException {
        assertThat(flat(
                        new TarBytes().file("plnk", "1"),
                        new TarBytes().file(".wh..wh.plnk", "").file("b/.wh..wh.aufs", "")))
                .containsExactly("plnk: 1");
    }

    @Test
    void directoriesBecomeFilesAndFilesDirectories() throws IOException {
        assertThat(flat(
                        new TarBytes()
                                .directory("d/")
                                .file("d/x", "1")
                                .file("f", "1")
                                .symbolicLink("l", "d"),
                        new TarBytes()
                                .file("d", "2")
                                .directory("f/")
                                .file("f/y", "2")
                                .directory("l/")))
                .containsExactly("d: 2", "f/y: 2", "f/", "l/");
    }

    @Test
    void hardLinksReachIntoLowerLayers() throws IOException {
        assertThat(flat(
                        new TarBytes().file("z", "1"),
                        new TarBytes().hardLink("a", "z").hardLink("m", "./a"),
                        new TarBytes().file(".wh.z", "")))
                .containsExactly("a: 1", "m = a");
    }

    @Test
    void aReplacedNameLeavesTheOthersOfItsFileAlone() throws IOException {
        assertThat(flat(new TarBytes().file("a", "1").hardLink("b", "a"), new TarBytes().file("a", "2")))
                .containsExactly("b: 1", "a: 2");
    }

    @Test
    void linksAreFollowedWithinTheRootOfTheImage() throws IOException {
        assertThat(flat(
                        new TarBytes()
                                .directory("usr/lib/")
                                .symbolicLink("lib", "usr/lib")
                                .directory("run/")
                                .symbolicLink("var/run", "/run")
                                .symbolicLink("up", "../../../../usr"),
                        new TarBytes()
                                .file("lib/a", "2")
                                .file("var/run/b", "2")
                                .file("up/c", "2")
                                .file("lib/.wh.none", "")))
                .containsExactly(
                        "lib -> usr/lib",
                        "var/run -> /run",
                        "up -> ../../../../usr",
                        "usr/lib/a: 2",
                        "run/b: 2",
                        "usr/c: 2",
                        "run/",
                        "usr/lib/");
    }

    @Test
    void namesMayBeginWithASlash() throws IOException {
        assertThat(flat(new TarBytes().directory("/").file("/etc/a", "1").hardLink("b", "/etc/a")))
                .containsExactly("b: 1", "etc/a = b", "./");
    }

    @Test
    void whatWantsToLeaveIsRefused() {
        refuses("goes upwards", new TarBytes().file("../a", ""));
        refuses("goes upwards", new TarBytes().file("a/../../b", ""));
        refuses("goes upwards", new TarBytes().file("../.wh.etc", ""));
        refuses("goes upwards", new TarBytes().file("a", "").hardLink("b", "../a"));
        refuses("the directory that it is in", new TarBytes().file("a/.wh..", ""));
        refuses("the one above", new TarBytes().file("a/.wh...", ""));
        refuses("the directory that it is in", new TarBytes().file("a/.wh.", ""));
        refuses("beneath a name that begins with .wh.", new TarBytes().file(".wh.a/b", ""));
        refuses("beneath a name that begins with .wh.", new TarBytes().file("x/.wh.a/b", ""));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refuses("no file of this layer", new TarBytes().hardLink("a", "b"));
        refuses("no file of this layer", new TarBytes().directory("b/").hardLink("a", "b"));
        refuses("is no directory", new TarBytes().file("a", ""), new TarBytes().file("a/b", ""));
        refuses("later something else", new TarBytes().file("a/b", "").file("a", ""));
        refuses("without a name", new TarBytes().file("./", "").symbolicLink(".", "x"));
        refuses(
                "symbolic links",
                new TarBytes().symbolicLink("a", "b").symbolicLink("b", "a").file("a/x", ""));
        refuses("symbolic links", new TarBytes().symbolicLink("a", "a").file("a/x", ""));
    }

    @Test
    void limitsHoldForAllLayersTogether() throws IOException {
        TarBytes half = new TarBytes();
        for (int i = 0; i < 60; i++) {
            half.file("f" + i, "");
        }
        refuses("more than the 100 entries", half, half);
        TarBytes large = new TarBytes().file("x", "x".repeat(600_000));
        refuses("unpack to more than the 1048576 bytes", large, large);
        TarBytes deep = new TarBytes();
        String path = "";
        for (int i = 0; i < 5; i++) {
            path += "d".repeat(60) + "/";
            deep.directory((i == 0 ? "" : "l" + (i - 1) + "/") + "d".repeat(60) + "/");
            deep.pax("linkpath=" + path).symbolicLink("l" + i, "x");
        }
        refuses("longer than the 300 bytes", deep);
        LayerStack small = new LayerStack(LIMITS, 3000);
        byte[] layer = half.end();
        assertThatThrownBy(() -> small.add(() -> new ByteArrayInputStream(layer)))
                .hasMessageContaining("memory");
    }

    @Test
    void filesAreFoundThroughLinks() throws IOException {
        LayerStack stack = stack(new TarBytes()
                .symbolicLink("sbin", "usr/sbin")
                .symbolicLink("usr/sbin/init", "../lib/systemd/systemd")
                .file("usr/lib/systemd/systemd", "x")
                .symbolicLink("absolute", "/sbin/init")
                .symbolicLink("loop", "loop")
                .symbolicLink("nowhere", "gone"));

        assertThat(stack.hasFile("/sbin/init")).isTrue();
        assertThat(stack.hasFile("/absolute")).isTrue();
        assertThat(stack.hasFile("/usr/lib")).isFalse();
        assertThat(stack.hasFile("/nowhere")).isFalse();
        assertThat(stack.hasFile("/loop")).isFalse();
        assertThat(stack.hasFile("/init")).isFalse();
    }

    @Test
    void aDirectoryIsMadeOfThem(@TempDir Path temp) throws IOException {
        Path out = Files.createDirectory(temp.resolve("out"));
        List<Integer> finished = new ArrayList<>();
        LayerStack stack = new LayerStack(LIMITS);
        byte[] low =
                new TarBytes().directory("d/").file("d/a", "1").file("d/b", "1").end();
        byte[] high = new TarBytes()
                .file("d/.wh.b", "")
                .hardLink("c", "d/a")
                .symbolicLink("d/l", "/etc")
                .end();
        stack.add(new Counted(low, finished));
        stack.add(new Counted(high, finished));

        TarSummary summary;
        try (Directory directory = Directory.open(out)) {
            summary = stack.extract(directory);
        }

        assertThat(summary).isEqualTo(new TarSummary(4, 1, 0, false));
        assertThat(out.resolve("d/a")).hasContent("1");
        assertThat(out.resolve("c")).hasContent("1");
        assertThat(Files.getAttribute(out.resolve("c"), "unix:nlink")).isEqualTo(2);
        assertThat(out.resolve("d/b")).doesNotExist();
        assertThat(Files.readSymbolicLink(out.resolve("d/l"))).hasToString("/etc");
        assertThat(Files.getLastModifiedTime(out.resolve("d")).toMillis()).isZero();
        assertThat(finished).containsExactly(low.length, high.length);
    }

    private static final class Counted implements Layer {
        private final byte[] bytes;
        private final List<Integer> finishedLengths;

        Counted(byte[] bytes, List<Integer> finishedLengths) {
            this.bytes = bytes;
            this.finishedLengths = finishedLengths;
        }

        @Override
        public ByteArrayInputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void finished() {
            finishedLengths.add(bytes.length);
        }
    }

    /** Whatever happens, it is an archive that our own strict reader extracts, without anything beneath a link. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void layersOfAnythingMakeAnArchiveThatCanBeExtracted(long seed, @TempDir Path temp) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            TarBytes[] layers = new TarBytes[3];
            for (int i = 0; i < layers.length; i++) {
                layers[i] = randomLayer(random);
            }
            LayerStack stack;
            try {
                stack = stack(layers);
            } catch (ImageException refused) {
                continue;
            }
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            stack.write(archive);
            Path out = Files.createDirectory(temp.resolve("out" + round));
            try (Directory directory = Directory.open(out)) {
                TarSummary summary =
                        TarExtractor.extract(new ByteArrayInputStream(archive.toByteArray()), directory, LIMITS);
                assertThat(summary.entries())
                        .as("seed %s, round %s", seed, round)
                        .isNotNegative();
            }
        }
    }

    private static TarBytes randomLayer(Random random) {
        TarBytes layer = new TarBytes();
        for (int i = random.nextInt(6); i >= 0; i--) {
            String path = path(random);
            switch (random.nextInt(7)) {
                case 0 -> layer.directory(path + "/");
                case 1 -> layer.symbolicLink(path, path(random));
                case 2 -> layer.hardLink(path, path(random));
                case 3 -> layer.file(path(random) + "/.wh." + name(random), "");
                case 4 -> layer.file(path(random) + "/.wh..wh..opq", "");
                default -> layer.file(path, path);
            }
        }
        return layer;
    }

    private static String path(Random random) {
        String path = name(random);
        for (int i = random.nextInt(3); i > 0; i--) {
            path += "/" + name(random);
        }
        return path;
    }

    private static String name(Random random) {
        return String.valueOf((char) ('a' + random.nextInt(4)));
    }
}
