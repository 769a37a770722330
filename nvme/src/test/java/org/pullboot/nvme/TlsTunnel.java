package org.pullboot.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets hosts that know no TLS connect to a target by it: each connection to the tunnel is one of TLS to the target. */
final class TlsTunnel implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress target;
    private final TlsPsk psk;

    TlsTunnel(InetSocketAddress target, TlsPsk psk) throws IOException {
        this.target = target;
        this.psk = psk;
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                sockets.add(near);
                Thread.ofPlatform().daemon().start(() -> join(near));
            }
        } catch (IOException closed) {
            endAll();
        }
    }

    private void join(Socket near) {
        try (near;
                Socket far = new Socket(target.getAddress(), target.getPort())) {
            sockets.add(far);
            far.setTcpNoDelay(true);
            near.setTcpNoDelay(true);
            TlsPskClient client = TlsPskClient.over(far, psk);
            Thread back = Thread.ofPlatform().daemon().start(() -> copy(client.getInputStream(), near));
            pump(near.getInputStream(), client.getOutputStream());
            client.close();
            back.join();
        } catch (IOException refused) {
            sockets.remove(near);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(InputStream from, Socket to) {
        try (to) {
            pump(from, to.getOutputStream());
        } catch (IOException ended) {
            sockets.remove(to);
        }
    }

    private static void pump(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[64 << 10];
        try {
            for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                to.write(buffer, 0, length);
                to.flush();
            }
        } catch (SocketException gone) {
            to.flush();
        }
    }

    private void endAll() {
        for (Socket socket : List.copyOf(sockets)) {
            try {
                socket.close();
            } catch (IOException closed) {
                sockets.remove(socket);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        endAll();
    }
}
