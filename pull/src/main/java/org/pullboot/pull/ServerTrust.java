package org.pullboot.pull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;

/**
 * Which servers https is spoken with: those that certificate authorities vouch for, and of these, when keys are pinned,
 * only those that have one of the keys. Safe for use from several threads.
 */
public final class ServerTrust {
    /** The authorities of this Java runtime, and no pins. */
    public static final ServerTrust USUAL = new ServerTrust("", List.of(), List.of());

    private static final String PIN = "sha256//";
    /** Several times what the authorities of the whole web need. */
    private static final int MOST_BYTES = 4 << 20;

    private final String origin;
    private final List<X509Certificate> authorities;
    private final List<Sha256> pins;
    private @Nullable SSLSocketFactory sockets;

    private ServerTrust(String origin, List<X509Certificate> authorities, List<Sha256> pins) {
        this.origin = origin;
        this.authorities = List.copyOf(authorities);
        this.pins = List.copyOf(pins);
    }

    /**
     * Reads what to trust.
     *
     * @param authorities certificates in PEM, which are the only ones then; those of this Java runtime when there is no
     *     file
     * @param pins each as in curl's {@code --pinnedpubkey}: {@code sha256//} and the Base64 of the SHA-256 of a public
     *     key (SubjectPublicKeyInfo in DER), several joined by semicolons
     * @throws PullException when the file holds no certificate, or a pin is none
     */
    public static ServerTrust read(@Nullable Path authorities, List<String> pins) throws PullException {
        List<Sha256> keys = new ArrayList<>();
        for (String pin : pins) {
            addPins(pin, keys);
        }
        return authorities == null
                ? new ServerTrust("", List.of(), keys)
                : new ServerTrust(authorities.toString(), certificates(authorities), keys);
    }

    private static void addPins(String text, List<Sha256> keys) throws PullException {
        int start = 0;
        while (start <= text.length()) {
            int semicolon = text.indexOf(';', start);
            int end = semicolon < 0 ? text.length() : semicolon;
            keys.add(pin(text.substring(start, end)));
            start = end + 1;
        }
    }

    private static Sha256 pin(String text) throws PullException {
        try {
            if (text.startsWith(PIN)) {
                return Sha256.of(Base64.getDecoder().decode(text.substring(PIN.length())));
            }
        } catch (IllegalArgumentException notSoMany) {
            throw noPin(text, notSoMany);
        }
        throw noPin(text, null);
    }

    private static PullException noPin(String text, @Nullable Throwable cause) {
        String sentence =
                "'" + Text.shown(text) + "' pins no key: expected sha256// and the 44 characters of Base64 that "
                        + "curl --pinnedpubkey takes";
        return cause == null ? new PullException(sentence) : new PullException(sentence, cause);
    }

    private static List<X509Certificate> certificates(Path file) throws PullException {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) > MOST_BYTES) {
                throw new PullException(file + " is too large for certificates: expected at most 4 MiB");
            }
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (CertificateException | IOException e) {
            throw new PullException(file + " cannot be read as certificates in PEM: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new PullException(file + " holds no certificate: expected some in PEM");
        }
        return certificates;
    }

    /** Whether anything is asked of servers beyond what is usual; then nothing may lead away from https. */
    boolean isSpecial() {
        return !authorities.isEmpty() || !pins.isEmpty();
    }

    /** Who vouches for servers, for people. */
    String authorities() {
        return origin.isEmpty() ? "the authorities that Java knows" : "the authorities in " + origin;
    }

    /** Makes the sockets of connections; only with the first of them is all of this started. */
    synchronized SSLSocketFactory sockets() throws IOException {
        SSLSocketFactory present = sockets;
        if (present == null) {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new PinningTrustManager(manager(), pins)}, null);
                present = context.getSocketFactory();
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java runtime speaks no TLS: " + e.getMessage(), e);
            }
            sockets = present;
        }
        return present;
    }

    private X509ExtendedTrustManager manager() throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (authorities.isEmpty()) {
            factory.init((KeyStore) null);
        } else {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority " + i, authorities.get(i));
            }
            factory.init(store);
        }
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("it has no PKIX trust manager");
    }
}
