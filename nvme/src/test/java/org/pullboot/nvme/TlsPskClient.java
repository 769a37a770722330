package org.pullboot.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsPSKExternal;

/** A host's side of TLS without a socket, which can also do what hosts must not. */
final class TlsPskClient extends TlsClientProtocol {
    private short alert = -1;

    private TlsPskClient() {}

    private TlsPskClient(InputStream in, OutputStream out) {
        super(in, out);
    }

    /** A host that offers this key over a socket, and waits until the connection is open. */
    static TlsPskClient over(Socket socket, TlsPsk psk) throws IOException {
        TlsPskClient client = new TlsPskClient(socket.getInputStream(), socket.getOutputStream());
        client.connect(client.new Offering(psk.identityBytes(), psk));
        return client;
    }

    /** A host that offers this key. */
    static TlsPskClient offering(TlsPsk psk) throws IOException {
        TlsPskClient client = new TlsPskClient();
        client.connect(client.new Offering(psk.identityBytes(), psk));
        return client;
    }

    /** A host that offers this key by another name. */
    static TlsPskClient offering(byte[] identity, TlsPsk psk) throws IOException {
        TlsPskClient client = new TlsPskClient();
        client.connect(client.new Offering(identity, psk));
        return client;
    }

    /** The alert that the other side sent; -1 for none. */
    int alert() {
        return alert;
    }

    void sendKeyUpdate() throws IOException {
        send13KeyUpdate(true);
    }

    /** Hands over what is to be sent. */
    byte[] output() {
        byte[] bytes = new byte[getAvailableOutputBytes()];
        readOutput(bytes, 0, bytes.length);
        return bytes;
    }

    /** Takes what was received; the plaintext in it. */
    byte[] input(ByteBuffer ciphertext) throws IOException {
        byte[] bytes = new byte[ciphertext.remaining()];
        ciphertext.get(bytes);
        offerInput(bytes);
        byte[] plaintext = new byte[getAvailableInputBytes()];
        readInput(plaintext, 0, plaintext.length);
        return plaintext;
    }

    private final class Offering extends AbstractTlsClient {
        private final byte[] identity;
        private final TlsPsk psk;

        Offering(byte[] identity, TlsPsk psk) {
            super(TlsPskEngine.crypto(new SecureRandom()));
            this.identity = identity.clone();
            this.psk = psk;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {psk.cipher().suite()};
        }

        @Override
        public short[] getPskKeyExchangeModes() {
            return new short[] {PskKeyExchangeMode.psk_dhe_ke};
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // its type is BouncyCastle's
        public Vector getExternalPSKs() {
            int prf = psk.cipher() == TlsCipher.AES_128_GCM_SHA256
                    ? PRFAlgorithm.tls13_hkdf_sha256
                    : PRFAlgorithm.tls13_hkdf_sha384;
            Vector<TlsPSKExternal> keys = new Vector<>();
            keys.add(new BasicTlsPSKExternal(identity, getCrypto().createSecret(psk.key()), prf));
            return keys;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            throw new IllegalStateException("the server chose no key");
        }

        @Override
        public void notifyAlertReceived(short level, short description) {
            alert = description;
        }
    }
}
