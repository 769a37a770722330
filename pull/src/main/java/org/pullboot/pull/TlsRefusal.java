package org.pullboot.pull;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why there is no trusted connection: Java's reasons are at the end of chains of causes, in the words of its code. */
final class TlsRefusal {
    private TlsRefusal() {}

    /**
     * The sentence for a connection that was refused.
     *
     * @param server its host and port
     * @param now what this machine's clock says, which may be what is wrong
     */
    static String sentence(SSLException refused, String server, ServerTrust trust, Instant now) {
        String start = "no trusted connection to " + server + ": ";
        String clock = ", and this machine's clock says " + now.truncatedTo(ChronoUnit.SECONDS);
        CertificateException certificate = null;
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateNotYetValidException early) {
                return start + "its certificate is not valid yet (" + early.getMessage() + ")" + clock
                        + ": set the clock, in the firmware's setup for example";
            }
            if (cause instanceof CertificateExpiredException late) {
                return start + "its certificate has expired (" + late.getMessage() + ")" + clock
                        + ": renew it, or set the clock";
            }
            if (cause instanceof CertPathBuilderException) {
                return start + trust.authorities() + " do not vouch for its certificate: add the one that signed it "
                        + "(rd.pullboot.ca=)";
            }
            certificate = cause instanceof CertificateException found ? found : certificate;
        }
        return start + reason(refused, certificate);
    }

    private static String reason(SSLException refused, @Nullable CertificateException certificate) {
        String message = certificate == null ? refused.getMessage() : certificate.getMessage();
        return Text.shown(String.valueOf(message));
    }
}
