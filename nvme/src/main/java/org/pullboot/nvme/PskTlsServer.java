package org.pullboot.nvme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** The little of TLS 1.3 that NVMe/TCP allows: one cipher, one key that is known before, and its own Diffie-Hellman. */
final class PskTlsServer extends AbstractTlsServer {
    private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1};

    private final TlsPsk psk;

    PskTlsServer(TlsCrypto crypto, TlsPsk psk) {
        super(crypto);
        this.psk = psk;
    }

    /** The protocol that this is to be given to. */
    static TlsServerProtocol protocol() {
        return new WithoutKeyUpdates();
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
    public int[] getSupportedGroups() {
        return GROUPS.clone();
    }

    @Override
    public short[] getPskKeyExchangeModes() {
        return new short[] {PskKeyExchangeMode.psk_dhe_ke};
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        // Asked for only when a second ClientHello has not the key of the first.
        throw new TlsFatalAlert(AlertDescription.unknown_psk_identity);
    }

    @Override
    @SuppressWarnings("rawtypes") // its type is BouncyCastle's
    public TlsPSKExternal getExternalPSK(Vector identities) {
        return new BasicTlsPSKExternal(psk.identityBytes(), getCrypto().createSecret(psk.key()), prf());
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return 1 << 14;
    }

    private int prf() {
        return switch (psk.cipher()) {
            case AES_128_GCM_SHA256 -> PRFAlgorithm.tls13_hkdf_sha256;
            case AES_256_GCM_SHA384 -> PRFAlgorithm.tls13_hkdf_sha384;
        };
    }

    /** Hosts whose kernel does the records take a message after the handshake for an error, also a new key. */
    private static final class WithoutKeyUpdates extends TlsServerProtocol {
        @Override
        protected void send13KeyUpdate(boolean updateRequested) {
            // Linux never changes keys of its own accord either.
        }

        @Override
        protected void receive13KeyUpdate(ByteArrayInputStream content) throws IOException {
            throw new TlsFatalAlert(AlertDescription.unexpected_message);
        }
    }
}
