package org.pullboot.pull;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.pullboot.image.Sha256;

/** Takes of the servers that another trusts only those with a pinned key; all of them when none is pinned. */
final class PinningTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager other;
    private final List<Sha256> pins;

    PinningTrustManager(X509ExtendedTrustManager other, List<Sha256> pins) {
        this.other = other;
        this.pins = pins;
    }

    /** The server's certificate is the first. */
    private void checkPin(X509Certificate[] chain) throws CertificateException {
        if (pins.isEmpty()) {
            return;
        }
        byte[] key = chain[0].getPublicKey().getEncoded();
        Sha256 digest = Sha256.of(Sha256.digester().digest(key));
        if (!pins.contains(digest)) {
            throw new CertificateException("its key is sha256//"
                    + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.hex()))
                    + ", which is not the one that is pinned");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        other.checkServerTrusted(chain, kind, socket);
        checkPin(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        other.checkServerTrusted(chain, kind, engine);
        checkPin(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        other.checkServerTrusted(chain, kind);
        checkPin(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("nobody connects to a pull");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return other.getAcceptedIssuers();
    }
}
