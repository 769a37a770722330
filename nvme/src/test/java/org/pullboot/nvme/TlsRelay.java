package org.pullboot.nvme;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Puts TLS around every connection that is made to it, so that hosts that know no TLS reach a target by it. */
final class TlsRelay implements Closeable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress target;
    private final TlsPsk key;
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

    TlsRelay(InetSocketAddress target, TlsPsk key) throws IOException {
        this.target = target;
        this.key = key;
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket host = listener.accept();
                Socket there = new Socket(target.getAddress(), target.getPort());
                host.setTcpNoDelay(true);
                there.setTcpNoDelay(true);
                sockets.add(host);
                sockets.add(there);
                TlsPskClient client = TlsPskClient.offering(key);
                there.getOutputStream().write(client.output());
                Thread.ofVirtual().start(() -> relay(client, there, host));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** What the target sends; once the handshake is over, another thread does the other direction. */
    private static void relay(TlsPskClient client, Socket there, Socket host) {
        byte[] buffer = new byte[64 << 10];
        boolean both = false;
        try (there;
                host) {
            for (int got = there.getInputStream().read(buffer);
                    got > 0;
                    got = there.getInputStream().read(buffer)) {
                byte[] plaintext;
                synchronized (client) {
                    plaintext = client.input(ByteBuffer.wrap(buffer, 0, got));
                    there.getOutputStream().write(client.output());
                }
                host.getOutputStream().write(plaintext);
                if (!both && client.isConnected()) {
                    both = true;
                    Thread.ofVirtual().start(() -> send(client, there, host));
                }
            }
        } catch (IOException e) {
            // One of them has hung up, which closes both.
            return;
        }
    }

    private static void send(TlsPskClient client, Socket there, Socket host) {
        byte[] buffer = new byte[64 << 10];
        try (there;
                host) {
            for (int got = host.getInputStream().read(buffer);
                    got > 0;
                    got = host.getInputStream().read(buffer)) {
                synchronized (client) {
                    client.writeApplicationData(buffer, 0, got);
                    there.getOutputStream().write(client.output());
                }
            }
        } catch (IOException e) {
            // As above.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }
}
