package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.Puller;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.Stage;

@Timeout(30)
final class ServerEventsTest {
    private static final long LONG = 20_000;
    private static final String TAKEN = "204 No Content";

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Puller http = Http.forEvents(Path.of("/nonexistent"), ServerTrust.USUAL);
    private final ServerEvents events = new ServerEvents();
    private ServerSocket server;
    /** Of the next answer. */
    private volatile String status = TAKEN;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void whatHappenedBeforeTheNetworkIsToldAsSoonAsItIsThere() throws Exception {
        events.add(BootEvent.of(Stage.STARTED).at(10));
        events.identify("b1", "4c4c", "52:54:00:12:34:56");
        events.connect(origin(), http);
        events.add(BootEvent.of(Stage.NETWORK).at(20));
        events.flush(LONG);

        assertThat(String.join("", bodies)).isEqualTo("""
                        stage=started boot=b1 machine=4c4c mac=52:54:00:12:34:56 millis=10
                        stage=network boot=b1 machine=4c4c mac=52:54:00:12:34:56 millis=20
                        """);
    }

    @Test
    void ofADownloadOnlyTheNewestWaits() throws Exception {
        for (int i = 1; i <= 500; i++) {
            events.add(BootEvent.of(Stage.DOWNLOAD).download("a.raw", i, 500));
        }
        events.add(BootEvent.of(Stage.DOWNLOAD).download("b.raw", 1, 2));
        events.connect(origin(), http);
        events.flush(LONG);

        assertThat(String.join("", bodies)).isEqualTo("""
                        stage=download name=a.raw bytes=500 total=500
                        stage=download name=b.raw bytes=1 total=2
                        """);
    }

    @Test
    void aServerThatKnowsNoEventsIsAskedOnce() throws Exception {
        status = "404 Not Found";
        events.add(BootEvent.of(Stage.STARTED));
        events.connect(origin(), http);
        events.flush(LONG);
        events.add(BootEvent.of(Stage.NETWORK));
        events.flush(LONG);

        assertThat(bodies).hasSize(1);
    }

    @Test
    void whatAServerDidNotTakeIsSentAgainBeforeTheRest() throws Exception {
        status = "503 Service Unavailable";
        events.add(BootEvent.of(Stage.NETWORK));
        events.connect(origin(), http);
        events.flush(LONG);
        events.add(BootEvent.of(Stage.ROOT));
        events.flush(LONG);

        assertThat(bodies).containsExactly("stage=network\n", "stage=network\n", "stage=root\n");
    }

    @Test
    void aServerThatIsGoneHoldsNothingUpForLong() throws Exception {
        BootOrigin origin = origin();
        server.close();
        events.connect(origin, http);
        for (int i = 0; i < 5; i++) {
            events.add(BootEvent.of(Stage.STARTED));
            events.flush(LONG);
        }

        assertThat(bodies).isEmpty();
    }

    @Test
    void withoutServerThereIsNothingToWaitFor() {
        events.add(BootEvent.of(Stage.FAILED).saying("no network"));
        events.flush(LONG);

        assertThat(bodies).isEmpty();
    }

    private BootOrigin origin() {
        return new BootOrigin("http://127.0.0.1:" + server.getLocalPort() + "/x.efi");
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                int length = 0;
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    if (line.regionMatches(true, 0, "Content-Length: ", 0, 16)) {
                        length = Integer.parseInt(line.substring(16));
                    }
                }
                char[] body = new char[length];
                for (int at = 0; at < length; at += in.read(body, at, length - at)) {}
                bodies.add(new String(body));
                socket.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                status = TAKEN;
            } catch (IOException closed) {
                return;
            }
        }
    }
}
