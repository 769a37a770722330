package org.pullboot.pull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An HTTPS server with one key, which answers every request the same. */
final class TlsServer implements AutoCloseable {
    private final SSLServerSocket listener;
    private final String answer;

    /**
     * Listens on the loopback.
     *
     * @param keys the one key that it has
     * @param head the answer's status line and fields
     */
    TlsServer(KeyStore keys, char[] password, String head, String body) throws GeneralSecurityException, IOException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        listener = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        answer = "HTTP/1.1 " + head + "\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
        Thread.ofPlatform().daemon().name("tls server").start(this::serve);
    }

    String url() {
        return "https://127.0.0.1:" + listener.getLocalPort() + "/file";
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // A client that does not trust us hangs up, and close() ends the wait for the next.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
