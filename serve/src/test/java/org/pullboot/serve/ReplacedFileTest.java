package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.fleet.Generation;

/** What readers get of a file that changes under them: all of the old one, or a body that never ends. */
final class ReplacedFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SMALL_WINDOW = 16 << 10;
    // Larger than all buffers between server and reader, so that a good part of it goes out by sendfile.
    private static final int SIZE = 24_000_000;
    private static final long LOCAL_BUFFER = 8 << 20;

    @TempDir
    Path directory;

    private TestServer server;
    private RawClient client;
    private byte[] old = {};
    private String path = "";
    private String tag = "";

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(directory, ServerLimits.defaults(), LOCAL_BUFFER);
        old = BootServerTest.bytes(SIZE, 1);
        server.write("os.raw", old);
        Generation generation = server.publish("os.raw");
        path = "/.pullboot/v1/g/" + generation.id() + "/os.raw";
        tag = generation.artifact("os.raw").orElseThrow().entityTag();
        client = new RawClient(server.address(), SMALL_WINDOW);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void aReaderOfAFileThatIsReplacedByRenameGetsTheOldOneWhole() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        server.write("os.raw", BootServerTest.bytes(SIZE, 2));
        byte[] second = body.readNBytes(10_000_000);
        server.publish("os.raw");
        byte[] rest = body.readNBytes(SIZE - first.length - second.length);

        assertThat(first).isEqualTo(Arrays.copyOf(old, first.length));
        assertThat(second).isEqualTo(Arrays.copyOfRange(old, first.length, first.length + second.length));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(old, first.length + second.length, SIZE));
    }

    @Test
    void aReaderOfAFileThatIsDeletedGetsItWhole() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        Files.delete(server.path("os.raw"));
        byte[] rest = body.readNBytes(SIZE - first.length);

        assertThat(rest).isEqualTo(Arrays.copyOfRange(old, first.length, SIZE));
    }

    @Test
    void aReaderOfAFileThatIsMovedAsideGetsItWhole() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        Files.move(server.path("os.raw"), server.path("os.raw.1"));
        byte[] rest = body.readNBytes(SIZE - first.length);

        assertThat(rest).isEqualTo(Arrays.copyOfRange(old, first.length, SIZE));
    }

    @Test
    void aReaderOfAFileThatIsWrittenAnewInPlaceIsCutOff() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        byte[] fresh = BootServerTest.bytes(SIZE, 3);
        Files.write(server.path("os.raw"), fresh);

        assertThat(readToEnd(body)).isLessThan(SIZE - first.length);
        assertThat(client.ended()).isTrue();
        assertRefusedUntilPublishedAgain(fresh);
    }

    @Test
    void aReaderOfAFileThatBecomesShorterIsCutOff() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        try (FileChannel file = FileChannel.open(server.path("os.raw"), StandardOpenOption.WRITE)) {
            file.truncate(2_000_000);
        }

        assertThat(readToEnd(body)).isLessThan(SIZE - first.length);
    }

    @Test
    void aByteThatWasSentAndNotReadYetCanStillSpoilTheBody() throws IOException {
        InputStream body = begin();
        byte[] first = body.readNBytes(1000);
        overwrite(server.path("os.raw"), 2000);

        assertThat(readToEnd(body)).isLessThan(SIZE - first.length);
    }

    @Test
    void whatWasReceivedAndIsNotReadYetCannotBeWrittenToAnyMore() throws IOException {
        byte[] small = BootServerTest.bytes(3_000_000, 7);
        server.write("small.raw", small);
        server.publish("os.raw", "small.raw");
        try (RawClient patient = new RawClient(server.address(), 8 << 20)) {
            patient.send("GET /small.raw HTTP/1.1\r\nHost: h\r\n\r\n");
            await().atMost(PATIENCE).until(() -> patient.in().available() > small.length);
            overwrite(server.path("small.raw"), 1_000_000);

            assertThat(patient.read(false).body()).isEqualTo(small);
        }
    }

    @Test
    void aReaderIsCutOffThoughTheTimeWasSetBack() throws IOException {
        Path file = server.path("os.raw");
        FileTime time = Files.getLastModifiedTime(file);
        InputStream body = begin();
        byte[] first = body.readNBytes(1_000_000);
        overwrite(file, 20_000_000);
        Files.setLastModifiedTime(file, time);

        assertThat(readToEnd(body)).isLessThan(SIZE - first.length);
    }

    @Test
    void aPartIsCutOffAsTheWholeIs() throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nRange: bytes=0-15999999\r\nIf-Match: " + tag + "\r\n\r\n");
        assertThat(client.readHeader().status()).isEqualTo(206);
        InputStream body = client.in();
        byte[] first = body.readNBytes(1000);
        overwrite(server.path("os.raw"), 5_000_000);

        assertThat(readToEnd(body)).isLessThan(16_000_000 - first.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aBodyThatEndsIsTheOldOneWheneverTheFileIsWritten(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        InputStream body = begin();
        int writeAfter = random.nextInt(SIZE);
        int writeAt = random.nextInt(SIZE);
        byte[] read = new byte[SIZE];
        int count = 0;
        while (count < SIZE) {
            int wanted = Math.min(SIZE - count, 1 + random.nextInt(300_000));
            int now = body.readNBytes(read, count, wanted);
            if (count < writeAfter && count + now >= writeAfter) {
                overwrite(server.path("os.raw"), writeAt);
            }
            count += now;
            if (now < wanted) {
                break;
            }
        }

        assertThat(count < SIZE || Arrays.equals(read, old))
                .as("seed %d: a body of %d bytes, written at %d after %d", seed, count, writeAt, writeAfter)
                .isTrue();
    }

    private void assertRefusedUntilPublishedAgain(byte[] fresh) throws IOException {
        try (RawClient other = server.client()) {
            RawClient.Response refused = other.get("/os.raw");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("os.raw is being overwritten in place");
            assertThat(other.head("/os.raw").status()).isEqualTo(503);
            server.publish("os.raw");
            RawClient.Response again = other.get("/os.raw");
            assertThat(again.body()).isEqualTo(fresh);
            assertThat(again.header("etag")).isNotEqualTo(tag);
            RawClient.Response gone = other.get(path);
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.text()).contains("boot again");
        }
    }

    private InputStream begin() throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        RawClient.Response header = client.readHeader();
        assertThat(header.status()).isEqualTo(200);
        assertThat(header.header("content-length")).isEqualTo(String.valueOf(SIZE));
        return client.in();
    }

    private static void overwrite(Path file, long position) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            int before = access.read();
            access.seek(position);
            access.write(before ^ 0xff);
        }
    }

    /** How many bytes come until the connection ends, however it ends. */
    private static long readToEnd(InputStream body) {
        byte[] buffer = new byte[100_000];
        long count = 0;
        try {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                count += read;
            }
        } catch (IOException e) {
            return count;
        }
        return count;
    }
}
