package org.pullboot.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarReader;
import org.pullboot.image.TarWriter;
import org.pullboot.oci.LocalPlace;
import org.pullboot.oci.Platform;

final class ContainerImagesTest {
    @TempDir
    private Path temp;

    private final List<String> problems = new ArrayList<>();
    private final List<String> prepared = new CopyOnWriteArrayList<>();
    private Events events;
    private Path layout;

    @BeforeEach
    void prepare() throws IOException {
        layout = Files.createDirectory(temp.resolve("debian"));
        events = new Events(
                event -> {
                    if (event instanceof ServeEvent.Preparing preparing) {
                        prepared.add(preparing.message());
                    }
                },
                System::nanoTime);
    }

    @AfterEach
    void close() {
        events.close();
    }

    private ContainerImages images(boolean anyInit) {
        Clock clock = Clock.systemUTC();
        return new ContainerImages(
                new CacheEntries(temp.resolve("cache"), 4, clock),
                new MeasureCache(temp.resolve("measured"), clock),
                events,
                anyInit);
    }

    private List<Candidate> scan(String path) throws IOException {
        return Source.of(List.of(Path.of(path))).getFirst().scan(false, problems::add);
    }

    private Candidate flattened(String path) throws IOException {
        Candidate candidate = scan(path).getFirst();
        return images(false).flattened(candidate, container(candidate));
    }

    private static LocalPlace container(Candidate candidate) {
        return Objects.requireNonNull(candidate.container());
    }

    private static byte[] tar(String... files) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(archive)) {
            for (String file : files) {
                byte[] content = file.getBytes(UTF_8);
                writer.add(TarEntry.file(content, content.length).build(), new ByteArrayInputStream(content));
            }
        }
        return archive.toByteArray();
    }

    /** Makes a layout of these layers anew. */
    private void write(byte[]... layers) throws IOException {
        StringBuilder ids = new StringBuilder();
        StringBuilder descriptors = new StringBuilder();
        for (byte[] layer : layers) {
            ids.append(ids.isEmpty() ? "" : ",")
                    .append('"')
                    .append(digest(layer))
                    .append('"');
            descriptors.append(descriptors.isEmpty() ? "" : ",").append(blob("layer.v1.tar", layer, ""));
        }
        String config = "{\"architecture\":\"" + Platform.ofHost().architecture()
                + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/app\"]},\"rootfs\":{\"diff_ids\":[" + ids + "]}}";
        String manifest = "{\"config\":" + blob("config.v1+json", config.getBytes(UTF_8), "") + ",\"layers\":["
                + descriptors + "]}";
        String named = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"13\"}";
        Files.writeString(
                layout.resolve("index.json"),
                "{\"manifests\":[" + blob("manifest.v1+json", manifest.getBytes(UTF_8), named) + "]}");
        Files.writeString(layout.resolve("oci-layout"), "{}");
    }

    private static String digest(byte[] bytes) {
        return Sha256.of(Sha256.digester().digest(bytes)).toString();
    }

    private String blob(String type, byte[] content, String more) throws IOException {
        String digest = digest(content);
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.write(blobs.resolve(digest.substring("sha256:".length())), content);
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"" + digest + "\",\"size\":"
                + content.length + more + "}";
    }

    private static List<String> names(Path archive) throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream in = DecompressedInputStream.of(Files.newInputStream(archive))) {
            TarReader reader = new TarReader(in, TarLimits.forFiles(1 << 20));
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                names.add(next.get().pathText());
            }
        }
        return names;
    }

    @Test
    void aLayoutBecomesOneArchiveOnce() throws IOException {
        write(tar("sbin/init", "gone"), tar(".wh.gone", "etc/new"));

        Candidate first = flattened(layout.toString());

        assertThat(first.name()).isEqualTo("debian.tar.zst");
        assertThat(first.tar()).isTrue();
        assertThat(first.mediaType()).isEqualTo("application/zstd");
        assertThat(names(first.path())).containsExactly("sbin/init", "etc/new");
        assertThat(flattened("oci:" + layout + ":13").path()).isEqualTo(first.path());

        write(tar("sbin/init", "other"));
        assertThat(flattened(layout.toString()).path()).isNotEqualTo(first.path());
        try (Stream<Path> cached = Files.list(temp.resolve("cache"))) {
            assertThat(cached).as("nothing half made is left").hasSize(2);
        }
        events.close();
        assertThat(prepared)
                .containsExactly(
                        "making one archive of the layers of debian.tar.zst",
                        "making one archive of the layers of debian.tar.zst");
    }

    @Test
    void layoutsAreFoundInDirectoriesAndByName() throws IOException {
        write(tar("sbin/init"));
        Path index = layout.toRealPath().resolve("index.json");

        assertThat(Source.of(List.of(temp)).getFirst().present()).contains(index);
        assertThat(Source.of(List.of(temp)).getFirst().watched()).contains(index.getParent());
        assertThat(Source.of(List.of(layout)).getFirst().present()).containsExactly(index);
        assertThat(scan(temp.toString())).extracting(Candidate::name).contains("debian.tar.zst");
        assertThat(scan("oci:" + layout + ":13")).extracting(Candidate::name).containsExactly("debian-13.tar.zst");
        assertThatThrownBy(() -> Source.of(List.of(Path.of("oci:" + layout + "/none:13"))))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("name an OCI layout");
        assertThatThrownBy(() -> Source.of(List.of(Path.of("oci:" + temp))))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("is no OCI layout");
    }

    @Test
    void archivesOfLayoutsAreSeenByWhatIsInThem() throws IOException {
        write(tar("sbin/init", "usr/lib/os-release"));
        Path archive = temp.resolve("os.tar");
        try (TarWriter writer = new TarWriter(Files.newOutputStream(archive));
                Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.sorted().toList()) {
                String name = "./" + layout.relativize(file);
                if (Files.isDirectory(file)) {
                    writer.add(TarEntry.directory(name.getBytes(UTF_8)).build());
                } else {
                    byte[] content = Files.readAllBytes(file);
                    writer.add(
                            TarEntry.file(name.getBytes(UTF_8), content.length).build(),
                            new ByteArrayInputStream(content));
                }
            }
        }
        Path plain = Files.write(temp.resolve("plain.tar"), tar("etc/a", "etc/b", "etc/c", "index.json", "oci-layout"));

        Candidate image = flattened(archive.toString());

        assertThat(image.name()).isEqualTo("os.tar.zst");
        assertThat(names(image.path())).containsExactly("sbin/init", "usr/lib/os-release");
        assertThat(flattened("oci-archive:" + archive + ":13").name()).isEqualTo("os-13.tar.zst");
        assertThat(scan(plain.toString())).singleElement().satisfies(tar -> {
            assertThat(tar.name()).isEqualTo("plain.tar");
            assertThat(tar.container()).isNull();
        });
    }

    @Test
    void anImageWithoutAnInitIsNotServedUnlessOneIsNamed() throws IOException {
        write(tar("app"));
        Candidate image = scan(layout.toString()).getFirst();

        assertThatThrownBy(() -> images(false).flattened(image, container(image)))
                .isInstanceOf(ServeException.class)
                .hasMessage("debian.tar.zst is a container image without an init (it runs /app), so that no machine can"
                        + " boot it: add systemd-sysv, or name a program with --cmdline init=PROGRAM");
        assertThat(names(images(true).flattened(image, container(image)).path()))
                .containsExactly("app");
    }
}
