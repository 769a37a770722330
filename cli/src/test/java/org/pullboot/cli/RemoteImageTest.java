package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pullboot.uki.UkiInspection;
import org.pullboot.uki.UkiSelection;

final class RemoteImageTest {
    private static final int BIG = 1 << 20;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private ServerSocket server;
    private byte[] content;
    private boolean ranges = true;
    private boolean cut;
    private String tag = "\"1\"";

    @BeforeEach
    void listen() throws IOException {
        content = image();
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void onlyHeadersAndSmallSectionsAreFetchedWhenNoMoreIsWanted() throws IOException {
        UkiSelection selection = new UkiSelection(false, Map.of(".cmdline", true));
        try (RemoteImage image = RemoteImage.fetch(url(), selection)) {
            assertThat(UkiInspection.of(image.file(), selection).commandLine()).contains("quiet");
        }
        assertThat(asked).containsExactly("bytes=0-262143", "bytes=" + (0x1000 + BIG) + "-" + (0x1000 + BIG + 4));
    }

    @Test
    void allIsFetchedInTwoRequestsWhenAllIsWanted() throws IOException {
        try (RemoteImage image = RemoteImage.fetch(url(), UkiSelection.everything())) {
            assertThat(UkiInspection.of(image.file())
                            .section(".linux")
                            .orElseThrow()
                            .size())
                    .isEqualTo(BIG);
            assertThat(Files.size(image.file())).isEqualTo(content.length);
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void serverWithoutRangesGivesTheWholeFileOnce() throws IOException {
        ranges = false;
        try (RemoteImage image = RemoteImage.fetch(url(), UkiSelection.ofUki())) {
            assertThat(image.file()).hasBinaryContent(content);
        }
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatIsCutOffOrReplacedIsRefused() {
        cut = true;
        assertThatThrownBy(() -> RemoteImage.fetch(url(), UkiSelection.ofUki()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(url())
                .hasMessageContaining("the connection ended");
        cut = false;
        tag = "";
        assertThatThrownBy(() -> RemoteImage.fetch(url(), UkiSelection.ofUki()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was replaced");
        tag = "\"1\"";
        content = "no program at all".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> UkiInspection.of(
                        RemoteImage.fetch(url(), UkiSelection.ofUki()).file()))
                .hasMessageContaining("MZ");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/x.efi";
    }

    private void serve() {
        while (true) {
            try (Socket socket = server.accept()) {
                answer(socket);
            } catch (SocketException e) {
                // The test is over, or the client has gone.
                if (server.isClosed()) {
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String range = "";
        boolean matches = true;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            range = line.startsWith("Range: ") ? line.substring(7) : range;
            matches &= !line.startsWith("If-Match: ") || line.equals("If-Match: " + tag);
        }
        asked.add(range);
        int from = 0;
        int to = content.length;
        String status = "200 OK";
        if (ranges) {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            from = Integer.parseInt(ends[0]);
            to = Math.min(content.length, Integer.parseInt(ends[1]) + 1);
            status = matches ? "206 Partial" : "412 Other";
        }
        OutputStream out = socket.getOutputStream();
        out.write(("HTTP/1.1 " + status + "\r\nETag: \"1\"\r\nConnection: close\r\nContent-Length: " + (to - from)
                        + "\r\nContent-Range: bytes " + from + "-" + (to - 1) + "/" + content.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(Arrays.copyOfRange(content, from, cut ? to - 1 : to));
        out.flush();
    }

    /** A PE image with a large kernel and a command line behind it. */
    private static byte[] image() {
        byte[] kernel = new byte[BIG];
        new Random(3).nextBytes(kernel);
        ByteBuffer out = ByteBuffer.allocate(0x1000 + BIG + 0x200).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3C, 0x40).putInt(0x40, 0x4550);
        out.putShort(0x44, (short) 0x8664).putShort(0x46, (short) 2).putShort(0x54, (short) 240);
        int optional = 0x58;
        out.putShort(optional, (short) 0x20B).putInt(optional + 32, 0x1000).putInt(optional + 36, 0x200);
        out.putInt(optional + 60, 0x1000).putShort(optional + 68, (short) 10);
        section(out, optional + 240, ".linux", BIG, 0x1000, BIG);
        section(out, optional + 280, ".cmdline", 5, 0x1000 + BIG, 0x200);
        out.put(0x1000, kernel).put(0x1000 + BIG, "quiet".getBytes(StandardCharsets.US_ASCII));
        return out.array();
    }

    private static void section(ByteBuffer out, int at, String name, int size, int offset, int rawSize) {
        out.put(at, name.getBytes(StandardCharsets.US_ASCII)).putInt(at + 8, size);
        out.putInt(at + 12, offset + 0x1000).putInt(at + 16, rawSize).putInt(at + 20, offset);
    }
}
