package org.pullboot.uki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/** Reads keys and certificates: PEM (PKCS #1, PKCS #8, SEC 1; encrypted or not), DER certificates, PKCS #12, PKCS #11 tokens. */
public final class KeyFiles {
    private static final int MAX_FILE = 1 << 20;
    private static final int PEM_LINE = 64;

    private final Passphrase passphrase;

    /** Where the passphrase of an encrypted key comes from; asked only if there is one. */
    public interface Passphrase {
        /**
         * The passphrase, which the caller clears after use.
         *
         * @param what for a person: the file or token that needs it
         * @throws IOException when there is none
         */
        char[] get(String what) throws IOException;
    }

    /**
     * Reads files for a signer.
     *
     * @param passphrase is asked for that of encrypted keys
     */
    public KeyFiles(Passphrase passphrase) {
        this.passphrase = passphrase;
    }

    /**
     * A private key, from PEM or PKCS #12, with the certificates that are in the same file.
     *
     * @throws KeyException when it is none, or the passphrase is not right; the message names the file
     * @throws IOException when it cannot be read
     */
    public SigningKey privateKey(Path file) throws IOException {
        byte[] content = read(file);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.contains("-----BEGIN ") ? pem(file, text) : pkcs12(file, content);
    }

    /**
     * The private key of a token.
     *
     * @param configuration a file for the Java provider SunPKCS11: {@code name}, {@code library}, {@code slot} …
     * @param alias which key; may be left out when the token has only one
     * @throws KeyException when the token, its PIN or the key is not right
     * @throws IOException when the configuration cannot be read
     */
    public SigningKey token(Path configuration, Optional<String> alias) throws IOException {
        read(configuration);
        Provider module = Security.getProvider("SunPKCS11");
        if (module == null) {
            throw new KeyException("this Java runtime has no PKCS #11: run one with the module jdk.crypto.cryptoki");
        }
        char[] pin = passphrase.get("the token of " + configuration);
        try {
            Provider provider = module.configure(configuration.toString());
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            return entry(configuration, store, alias, pin, Optional.of(provider));
        } catch (GeneralSecurityException | ProviderException | IOException e) {
            if (e instanceof KeyException known) {
                throw known;
            }
            throw new KeyException(configuration + ": the token does not open: " + reason(e), e);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    /**
     * A public key in PEM, or that of a certificate.
     *
     * @throws KeyException when it is neither; the message names the file
     * @throws IOException when it cannot be read
     */
    public static PublicKey publicKey(Path file) throws IOException {
        String text = new String(read(file), StandardCharsets.ISO_8859_1);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            if (parser.readObject() instanceof SubjectPublicKeyInfo info) {
                return new JcaPEMKeyConverter().getPublicKey(info);
            }
        } catch (IOException | RuntimeException e) {
            throw new KeyException(file + " is no public key in PEM and no certificate: " + reason(e), e);
        }
        return certificates(file).getFirst().getPublicKey();
    }

    /**
     * The certificates of a file, in PEM or DER; at least one.
     *
     * @throws KeyException when there are none; the message names the file
     * @throws IOException when it cannot be read
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        byte[] content = read(file);
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            String text = new String(content, StandardCharsets.ISO_8859_1);
            if (!text.contains("-----BEGIN ")) {
                return List.of((X509Certificate) factory.generateCertificate(stream(content)));
            }
            try (PEMParser parser = new PEMParser(new StringReader(text))) {
                for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                    if (object instanceof X509CertificateHolder certificate) {
                        all.add((X509Certificate) factory.generateCertificate(stream(certificate.getEncoded())));
                    }
                }
            }
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new KeyException(file + " is no X.509 certificate, neither in PEM nor in DER: " + reason(e), e);
        }
        if (!all.isEmpty()) {
            return all;
        }
        throw new KeyException(file + " holds no X.509 certificate");
    }

    /** A public key in PEM, as OpenSSL writes it and as .pcrpkey holds it. */
    public static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    static String pem(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }

    private SigningKey pem(Path file, String text) throws IOException {
        List<X509Certificate> certificates =
                text.contains("-----BEGIN CERTIFICATE-----") ? certificates(file) : List.of();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                Optional<PrivateKeyInfo> info = privateKeyInfo(file, object);
                if (info.isPresent()) {
                    PrivateKey key = new JcaPEMKeyConverter().getPrivateKey(info.get());
                    return new SigningKey(
                            key, publicKeyOf(file, key, object, certificates), Optional.empty(), certificates);
                }
            }
        } catch (PEMException | PKCSException | GeneralSecurityException e) {
            throw new KeyException(
                    file + " does not open: the passphrase is wrong or the file is damaged (" + reason(e) + ")", e);
        } catch (RuntimeException e) {
            throw new KeyException(file + " is no private key in PEM: " + reason(e), e);
        }
        throw new KeyException(file + " holds no private key");
    }

    private Optional<PrivateKeyInfo> privateKeyInfo(Path file, Object object) throws IOException, PKCSException {
        switch (object) {
            case PrivateKeyInfo plain -> {
                return Optional.of(plain);
            }
            case PEMKeyPair pair -> {
                return Optional.of(pair.getPrivateKeyInfo());
            }
            case PEMEncryptedKeyPair encrypted -> {
                char[] secret = passphrase.get(file.toString());
                try {
                    return Optional.of(encrypted
                            .decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                    .setProvider(new BouncyCastleProvider())
                                    .build(secret))
                            .getPrivateKeyInfo());
                } finally {
                    Arrays.fill(secret, '\0');
                }
            }
            case PKCS8EncryptedPrivateKeyInfo encrypted -> {
                char[] secret = passphrase.get(file.toString());
                try {
                    return Optional.of(encrypted.decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                            .setProvider(new BouncyCastleProvider())
                            .build(secret)));
                } finally {
                    Arrays.fill(secret, '\0');
                }
            }
            default -> {
                return Optional.empty();
            }
        }
    }

    private static PublicKey publicKeyOf(Path file, PrivateKey key, Object object, List<X509Certificate> certificates)
            throws IOException, GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        } else if (object instanceof PEMKeyPair pair && pair.getPublicKeyInfo() != null) {
            return new JcaPEMKeyConverter().getPublicKey(pair.getPublicKeyInfo());
        } else if (!certificates.isEmpty()) {
            return certificates.getFirst().getPublicKey();
        }
        throw new KeyException(file + " does not tell the public key: take an RSA key, or an EC key as"
                + " openssl ecparam -genkey writes it, or put the certificate into the same file");
    }

    private SigningKey pkcs12(Path file, byte[] content) throws IOException {
        char[] secret = passphrase.get(file.toString());
        try (InputStream in = stream(content)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, secret);
            return entry(file, store, Optional.empty(), secret, Optional.empty());
        } catch (GeneralSecurityException | IOException e) {
            if (e instanceof KeyException known) {
                throw known;
            }
            throw new KeyException(file + " is neither PEM nor PKCS #12 with this passphrase: " + reason(e), e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private static SigningKey entry(
            Path source, KeyStore store, Optional<String> alias, char[] secret, Optional<Provider> provider)
            throws IOException, GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (String name : Collections.list(store.aliases())) {
            if (store.isKeyEntry(name) && alias.map(name::equals).orElse(true)) {
                keys.add(name);
            }
        }
        if (keys.size() != 1) {
            throw new KeyException(source + " should hold one private key with a certificate"
                    + alias.map(name -> " named " + name).orElse("") + ", but holds " + keys.size());
        }
        Certificate[] chain = store.getCertificateChain(keys.getFirst());
        if (!(store.getKey(keys.getFirst(), secret) instanceof PrivateKey key) || chain == null) {
            throw new KeyException(source + ": " + keys.getFirst() + " is no private key with a certificate");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate one : chain) {
            certificates.add((X509Certificate) one);
        }
        return new SigningKey(key, certificates.getFirst().getPublicKey(), provider, certificates);
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE + 1);
            if (content.length > MAX_FILE) {
                throw new KeyException(file + " has more than " + MAX_FILE + " bytes, which no key or certificate has");
            }
            return content;
        }
    }

    private static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
