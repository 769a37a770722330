package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.nvme.TlsMode;

/** Images of qemu-img as disks. */
@Timeout(60)
final class QemuBaseIT {
    @TempDir
    Path directory;

    private final List<ServeEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger unpackings = new AtomicInteger();
    private Path output = Path.of("");
    private Path raw = Path.of("");

    @BeforeEach
    void build() throws IOException {
        output = Files.createDirectory(directory.resolve("output"));
        raw = Files.write(directory.resolve("raw"), disk(1));
        Files.write(output.resolve("image.efi"), TestFiles.uki(1));
    }

    @Test
    void anImageIsUnpackedOnceAndIsADiskThen() throws Exception {
        qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", raw.toString(), output + "/image.qcow2");
        List<Path> before;
        try (BootService service = start(output)) {
            assertThat(service.url()).endsWith("/image.efi");
            await().until(() -> events.stream()
                    .anyMatch(event -> event instanceof ServeEvent.Listening listening
                            && listening.nvme() != null
                            && listening.nvme().subnqn().equals("nqn.2026-11.org.pullboot:image")));
            before = bases();
            assertThat(before)
                    .singleElement()
                    .satisfies(base -> assertThat(base).hasSameBinaryContentAs(raw));
        }
        await().until(() -> unpackings.get() == 1);
        start(output).close();
        assertThat(unpackings).hasValue(1);
        assertThat(bases()).isEqualTo(before);
    }

    /** It could name any file of ours. */
    @Test
    void anImageThatIsOverAnotherFileIsNotServed() throws Exception {
        Path qcow2 = output.resolve("image.qcow2");
        qemuImg("create", "-q", "-f", "qcow2", "-b", raw.toString(), "-F", "raw", qcow2.toString());
        assertThatThrownBy(() -> start(qcow2))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("is not served")
                .hasMessageContaining("over another file");
        assertThat(bases()).isEmpty();

        Files.write(output.resolve("other.raw"), disk(2));
        start(output).close();
        await().until(() -> events.stream()
                .anyMatch(event ->
                        event instanceof ServeEvent.Problem(String message) && message.contains("over another file")));
    }

    @Test
    void dataInAnotherFileIsNotServed() throws Exception {
        Path qcow2 = output.resolve("image.qcow2");
        Path data = Files.copy(raw, directory.resolve("data"));
        qemuImg("create", "-q", "-f", "qcow2", "-o", "data_file=" + data + ",data_file_raw=on", qcow2.toString(), "1M");
        assertThatThrownBy(() -> start(qcow2))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("over another file");
        assertThat(bases()).isEmpty();
    }

    @Test
    void whatHoldsNoDiskIsNotServed() throws Exception {
        Path qcow2 = output.resolve("image.qcow2");
        Path nothing = Files.write(directory.resolve("nothing"), new byte[1 << 20]);
        qemuImg("convert", "-f", "raw", "-O", "qcow2", nothing.toString(), qcow2.toString());
        assertThatThrownBy(() -> start(qcow2))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("no disk to boot from");
    }

    private BootService start(Path path) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        DiskOptions disks = new DiskOptions(
                any,
                Optional.empty(),
                DiskOptions.Persistence.NONE,
                DiskOptions.OnNewImage.ASK,
                false,
                null,
                TlsMode.OFF,
                false,
                false,
                0,
                0);
        events.clear();
        return BootService.start(
                ServeOptions.of(List.of(path), directory.resolve("state"), directory.resolve("cache"))
                        .listeningOn(any)
                        .with(disks),
                event -> {
                    if (event instanceof ServeEvent.Preparing(String message) && message.contains("unpacking")) {
                        unpackings.incrementAndGet();
                    }
                    events.add(event);
                });
    }

    private static byte[] disk(long seed) {
        byte[] disk = TestFiles.disk(seed);
        return Arrays.copyOf(disk, disk.length / 512 * 512);
    }

    private List<Path> bases() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("state/bases"))) {
            return all.sorted().toList();
        }
    }

    private static void qemuImg(String... arguments) throws Exception {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("qemu-img"), Stream.of(arguments))
                        .toList())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
