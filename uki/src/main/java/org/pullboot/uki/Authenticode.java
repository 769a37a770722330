package org.pullboot.uki;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads and verifies the signatures of PE images, as firmware does for Secure Boot. Thread-safe. */
public final class Authenticode {
    private Authenticode() {}

    /**
     * The signatures of an image as they stand there; nothing about them is verified.
     *
     * @throws PeException when it is no PE image, or one of them cannot be read; the message names the file
     * @throws IOException when it cannot be read
     */
    public static List<AuthenticodeSignature> signatures(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            List<AuthenticodeSignature> all = new ArrayList<>();
            for (byte[] der : CertificateTable.read(channel, AuthenticodeImage.read(channel))) {
                all.add(AuthenticodeSignature.parse(der));
            }
            return all;
        } catch (PeException e) {
            throw new PeException(image + ": " + e.getMessage());
        }
    }

    /**
     * The first signature that holds: it is about this very image, its signer made it, and a trusted certificate is the
     * signer's or issued it.
     *
     * @param trusted as in the db variable
     * @throws PeException when there is none, and why; the message names the file
     * @throws IOException when it cannot be read
     */
    public static AuthenticodeSignature verify(Path image, List<X509Certificate> trusted) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            AuthenticodeImage pe = AuthenticodeImage.read(channel);
            List<byte[]> table = CertificateTable.read(channel, pe);
            if (table.isEmpty()) {
                throw new PeException("it is not signed");
            }
            Set<String> reasons = new LinkedHashSet<>();
            for (byte[] der : table) {
                try {
                    AuthenticodeSignature signature = AuthenticodeSignature.parse(der);
                    check(signature, pe.digest(channel, signature.algorithm()), trusted);
                    return signature;
                } catch (PeException e) {
                    reasons.add(e.getMessage());
                }
            }
            throw new PeException(String.join("; ", reasons));
        } catch (PeException e) {
            throw new PeException(image + ": " + e.getMessage());
        }
    }

    private static void check(AuthenticodeSignature signature, byte[] digest, List<X509Certificate> trusted)
            throws PeException {
        String signer = signature.signer().getSubjectX500Principal().getName();
        if (!signature.isAbout(digest)) {
            throw new PeException("it was changed after " + signer + " had signed it");
        }
        if (!signature.isGenuine()) {
            throw new PeException("the signature in the name of " + signer + " was not made with that key");
        }
        if (!signature.isTrusted(trusted)) {
            throw new PeException("it is signed by " + signer + ", whom none of the given certificates vouches for");
        }
    }
}
