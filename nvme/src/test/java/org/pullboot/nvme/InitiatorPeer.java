package org.pullboot.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;

/** The other end of one connection, which sends what a test tells it to. */
final class InitiatorPeer implements AutoCloseable {
    static final String IC_RESP = "0100800080000000" + "00000000" + "00100000" + "00".repeat(112);

    private final ServerSocket listening;
    private Socket socket = new Socket();

    InitiatorPeer() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    void accept() throws IOException {
        socket = listening.accept();
    }

    void send(String... hex) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (String part : hex) {
            out.write(HexFormat.of().parseHex(part));
        }
        out.flush();
    }

    /** The next bytes of the host. */
    String receive(int bytes) throws IOException {
        InputStream in = socket.getInputStream();
        return HexFormat.of().formatHex(in.readNBytes(bytes));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        listening.close();
    }
}
