package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.KeyException;
import org.pullboot.uki.KeyFiles;
import org.pullboot.uki.SigningKey;
import org.pullboot.uki.UkifyConfig;
import picocli.CommandLine.Option;

/** The key that signs an image for Secure Boot; options are named as ukify's. */
final class SecureBootOptions {
    @Option(
            names = "--secureboot-private-key",
            paramLabel = "FILE",
            description = "The RSA key that signs: PEM, encrypted or not, or PKCS #12.")
    private Optional<Path> privateKey = Optional.empty();

    @Option(
            names = "--secureboot-certificate",
            paramLabel = "FILE",
            description = "Its certificate, PEM or DER, and any that lead to one that the firmware knows"
                    + " (default: those in the file of the key or in the token).")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--pkcs11",
            paramLabel = "CONFIG",
            description = "The key is in a token: a configuration of Java's SunPKCS11 with its library and slot.")
    private Optional<Path> token = Optional.empty();

    @Option(
            names = "--pkcs11-alias",
            paramLabel = "NAME",
            description = "Which key of the token (default: its only one).")
    private Optional<String> alias = Optional.empty();

    /**
     * Takes what the options do not say from a configuration file.
     *
     * @throws KeyException when that asks for what is not done here
     */
    void configure(UkifyConfig config) throws KeyException {
        for (String key : List.of("SecureBootCertificateName", "SigningEngine", "SigningProvider")) {
            if (config.value(key).isPresent()) {
                throw new KeyException("the configuration file has " + key
                        + "=, which this command does not do: keys in" + " tokens are used with --pkcs11");
            }
        }
        if (!isGiven()) {
            privateKey = config.value("SecureBootPrivateKey").map(Path::of);
        }
        certificate = certificate.or(() -> config.value("SecureBootCertificate").map(Path::of));
    }

    /** Whether there is a key at all. */
    boolean isGiven() {
        return privateKey.isPresent() || token.isPresent();
    }

    /** Whether there are options without the key they belong to, or two keys. */
    boolean isIncomplete() {
        boolean without = !isGiven() && (certificate.isPresent() || alias.isPresent());
        boolean two = privateKey.isPresent() && token.isPresent();
        return without || two;
    }

    AuthenticodeSigner signer(KeyFiles.Passphrase passphrase) throws IOException {
        KeyFiles files = new KeyFiles(passphrase);
        SigningKey key =
                token.isPresent() ? files.token(token.get(), alias) : files.privateKey(privateKey.orElseThrow());
        List<X509Certificate> certificates =
                certificate.isPresent() ? KeyFiles.certificates(certificate.get()) : key.certificates();
        if (certificates.isEmpty()) {
            throw new KeyException(privateKey.orElseThrow()
                    + " holds no certificate beside the key: give it with --secureboot-certificate");
        }
        List<X509Certificate> chain = new ArrayList<>(certificates.subList(1, certificates.size()));
        return new AuthenticodeSigner(key, certificates.getFirst(), chain, sourceDate());
    }

    /** Signs with the key db of a directory that {@code keys generate} made. */
    static AuthenticodeSigner of(Path directory, KeyFiles.Passphrase passphrase) throws IOException {
        SecureBootOptions options = new SecureBootOptions();
        options.privateKey = Optional.of(directory.resolve("db.key"));
        options.certificate = Optional.of(directory.resolve("db.crt"));
        return options.signer(passphrase);
    }

    /** What SOURCE_DATE_EPOCH says (reproducible-builds.org); without it a signature has no time at all. */
    static Optional<Instant> sourceDate() throws KeyException {
        String seconds = System.getenv("SOURCE_DATE_EPOCH");
        if (seconds == null || seconds.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)));
        } catch (NumberFormatException e) {
            throw new KeyException("SOURCE_DATE_EPOCH should be the seconds since 1970, but is '" + seconds + "'");
        }
    }
}
