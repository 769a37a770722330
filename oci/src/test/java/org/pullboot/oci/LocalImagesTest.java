package org.pullboot.oci;

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
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.ImageException;
import org.pullboot.image.LayerStack;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarReader;
import org.pullboot.image.TarWriter;

final class LocalImagesTest {
    private static final TarLimits LIMITS = TarLimits.forFiles(1 << 20);
    private static final Platform HOST = Platform.ofHost();

    @TempDir
    private Path temp;

    private final Images images = new Images();
    private Path layout;

    @BeforeEach
    void makeDirectory() throws IOException {
        layout = Files.createDirectory(temp.resolve("layout"));
    }

    private OciImage image(String tag) throws IOException {
        return LocalImages.inLayout(layout).image(tag, HOST);
    }

    private static List<String> names(OciImage image) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        image.stack(LIMITS).write(archive);
        List<String> names = new ArrayList<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive.toByteArray()), LIMITS);
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.copyContent(next.get(), content);
            names.add(next.get().pathText() + ": " + content.toString(UTF_8));
        }
        return names;
    }

    private AbstractThrowableAssert<?, ?> refusal(String tag) {
        return assertThatThrownBy(() -> names(image(tag))).isInstanceOf(ImageException.class);
    }

    @Test
    void aLayoutIsAnImageOfItsLayers() throws IOException {
        byte[] manifest = images.image("m");
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, manifest, Images.named("1"))));

        OciImage image = image("");

        assertThat(image.digest().toString()).isEqualTo(Images.digest(manifest));
        assertThat(image.config().environment()).containsExactly("A=b");
        assertThat(image.config().program()).isEqualTo("/bin/app -v");
        assertThat(names(image)).containsExactly("sbin/init: low", "etc/mark: m", "etc/middle: 2", "etc/high: 3");
        assertThat(OciImage.hasInit(image.stack(LIMITS))).isTrue();
        assertThat(image("1")).isNotNull();
    }

    @Test
    void theTagChooses() throws IOException {
        byte[] index = Images.index(
                images.descriptor(Images.MANIFEST, images.image("one"), Images.named("1")),
                images.descriptor(Images.MANIFEST, images.image("two"), Images.named("docker.io/library/os:latest")));
        images.layout(layout, index);

        assertThat(names(image("1"))).contains("etc/mark: one");
        assertThat(names(image(""))).contains("etc/mark: two");
        assertThat(names(image("docker.io/library/os:latest"))).contains("etc/mark: two");
        refusal("3").hasMessageContaining("there is only 1, docker.io/library/os:latest");
    }

    @Test
    void thePlatformChooses() throws IOException {
        byte[] inner = Images.index(
                images.descriptor(Images.MANIFEST, images.image("other"), Images.platform("s390x")),
                images.descriptor(Images.MANIFEST, images.image("ours"), Images.platform(HOST.architecture())));
        images.layout(layout, Images.index(images.descriptor(Images.INDEX, inner, Images.named("1"))));
        assertThat(names(image("1"))).contains("etc/mark: ours");

        images.layout(
                layout,
                Images.index(images.descriptor(Images.MANIFEST, images.image("other"), Images.platform("s390x"))));
        refusal("")
                .hasMessageContaining("there is no image for linux/" + HOST.architecture())
                .hasMessageContaining("only linux/s390x");
    }

    @Test
    void severalImagesWithoutALatestNeedATag() throws IOException {
        images.layout(
                layout,
                Images.index(
                        images.descriptor(Images.MANIFEST, images.image("one"), Images.named("1")),
                        images.descriptor(Images.MANIFEST, images.image("two"), Images.named("2"))));
        refusal("").hasMessageContaining("several images (1, 2)").hasMessageContaining("say which");
    }

    @Test
    void whatIsDamagedIsRefused() throws IOException {
        byte[] manifest = images.image("m");
        byte[] index = Images.index(images.descriptor(Images.MANIFEST, manifest, ""));
        for (Map.Entry<String, byte[]> blob : images.blobs.entrySet()) {
            images.layout(layout, index);
            byte[] spoiled = blob.getValue().clone();
            spoiled[spoiled.length / 2] ^= 1;
            Path file = layout.resolve("blobs/sha256/" + blob.getKey().substring("sha256:".length()));
            Files.write(file, spoiled);
            refusal("");
            Files.write(file, new byte[0]);
            refusal("");
            Files.delete(file);
            refusal("").hasMessageContaining("is not there");
        }
    }

    @Test
    void whatIsNoImageIsRefused() throws IOException {
        refusal("").hasMessageContaining("is no OCI layout");
        byte[] chart = ("{\"config\":" + images.descriptor("application/vnd.cncf.helm.config.v1+json", new byte[2], "")
                        + ",\"layers\":[]}")
                .getBytes(UTF_8);
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, chart, "")));
        refusal("").hasMessageContaining("expected a container image, but it is something else");

        byte[] secret = images.manifest(
                Images.config("amd64"), images.descriptor(Images.LAYER + "+gzip+encrypted", new byte[1], ""));
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, secret, "")));
        refusal("").hasMessageContaining("layer of the type").hasMessageContaining("encrypted");

        byte[] short1 = images.manifest(Images.config("amd64"), images.descriptor(Images.LAYER, new byte[1], ""));
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, short1, "")));
        refusal("").hasMessageContaining("manifest has 1 layers, but its configuration 0");

        byte[] loop = Images.index("{\"mediaType\":\"" + Images.INDEX + "\",\"digest\":\"sha512:00\",\"size\":1}");
        images.layout(layout, loop);
        refusal("").hasMessageContaining("only sha256 is known");
    }

    @Test
    void anUnpackedLayerMustBeTheOneOfTheConfiguration() throws IOException {
        byte[] layer = Images.tar("a", "1");
        byte[] manifest = images.manifest(
                Images.config("amd64", Images.tar("a", "2")), images.descriptor(Images.LAYER, layer, ""));
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, manifest, "")));
        refusal("").hasMessageContaining("the unpacked layer");
    }

    @Test
    void archivesOfLayoutsAreRead() throws IOException {
        byte[] manifest = images.image("m");
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, manifest, Images.named("1"))));
        Path archive = temp.resolve("os.tar");
        Files.write(archive, packed(layout));
        Path zipped = temp.resolve("os.tar.gz");
        Files.write(zipped, Images.gzip(packed(layout)));

        for (Path file : List.of(archive, zipped)) {
            Path work = Files.createTempDirectory(temp, "work");
            OciImage image = LocalPlace.of(file + ":1").image(work, 1 << 20);
            assertThat(names(image)).contains("etc/mark: m");
        }
        assertThatThrownBy(() -> LocalPlace.of(temp + "/none:1")).hasMessageContaining("name an OCI layout");
    }

    @Test
    void whatDockerSavedBeforeVersion25IsRead() throws IOException {
        byte[] low = Images.tar("etc/mark", "old", "gone", "");
        byte[] high = Images.tar(".wh.gone", "");
        byte[] config = Images.config("amd64", low, high).getBytes(UTF_8);
        Path archive = temp.resolve("old.tar");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(bytes)) {
            add(writer, "1/layer.tar", low);
            writer.add(TarEntry.symbolicLink("2/layer.tar".getBytes(UTF_8), "../3/layer.tar".getBytes(UTF_8))
                    .build());
            add(writer, "3/layer.tar", high);
            add(writer, "c.json", config);
            add(
                    writer,
                    "manifest.json",
                    "[{\"Config\":\"c.json\",\"RepoTags\":[\"os:1\"],\"Layers\":[\"1/layer.tar\",\"2/layer.tar\"]}]"
                            .getBytes(UTF_8));
        }
        Files.write(archive, bytes.toByteArray());

        OciImage image = LocalImages.inArchive(archive, Files.createTempDirectory(temp, "work"), 1 << 20)
                .image("os:1", HOST);

        assertThat(names(image)).containsExactly("etc/mark: old");
        assertThat(image.digest().toString()).isEqualTo(Images.digest(config));
        LayerStack stack = image.stack(LIMITS);
        assertThat(OciImage.hasInit(stack)).isFalse();
        assertThat(image.initMissing("os"))
                .isEqualTo("os is a container image without an init (it runs /bin/app -v), so that no machine can boot"
                        + " it: add systemd-sysv, or name a program with init=");
    }

    @Test
    void namesInAnArchiveNeverLeadOutOfIt() throws IOException {
        Path secret = Files.write(temp.resolve("secret.tar"), Images.tar("stolen", "x"));
        for (String name : List.of("../secret.tar", secret.toString(), "link", "up/secret.tar")) {
            byte[] config = Images.config("amd64", Files.readAllBytes(secret)).getBytes(UTF_8);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarWriter writer = new TarWriter(bytes)) {
                add(writer, "c.json", config);
                writer.add(TarEntry.symbolicLink(
                                "link".getBytes(UTF_8), secret.toString().getBytes(UTF_8))
                        .build());
                writer.add(TarEntry.symbolicLink("up".getBytes(UTF_8), "..".getBytes(UTF_8))
                        .build());
                add(
                        writer,
                        "manifest.json",
                        ("[{\"Config\":\"c.json\",\"RepoTags\":[],\"Layers\":[\"" + name + "\"]}]").getBytes(UTF_8));
            }
            Path archive = Files.write(temp.resolve("hostile.tar"), bytes.toByteArray());
            Path work = Files.createTempDirectory(temp, "work");
            assertThatThrownBy(() -> LocalImages.inArchive(archive, work, 1 << 20)
                            .image("", HOST)
                            .stack(LIMITS))
                    .as(name)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("is not there");
        }
    }

    private static void add(TarWriter writer, String name, byte[] content) throws IOException {
        writer.add(TarEntry.file(name.getBytes(UTF_8), content.length).build(), new ByteArrayInputStream(content));
    }

    private byte[] packed(Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(bytes);
                var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(writer, "./" + directory.relativize(file), Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }
}
