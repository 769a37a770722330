package org.pullboot.uki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;

/**
 * A key pair to sign with, and the certificates that came with it. The private half may be in a token, where only its provider
 * can use it; it is never printed. Thread-safe as far as the provider is.
 */
public final class SigningKey {
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final Optional<Provider> provider;
    private final List<X509Certificate> certificates;

    SigningKey(
            PrivateKey privateKey,
            PublicKey publicKey,
            Optional<Provider> provider,
            List<X509Certificate> certificates) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.provider = provider;
        this.certificates = List.copyOf(certificates);
    }

    /** What signatures are verified with. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** Those that came with the key, its own first; often none. */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    /** The private key as PKCS #8 in PEM; only of keys that were made here, which are in no token. */
    byte[] toPem() {
        return KeyFiles.pem("PRIVATE KEY", privateKey.getEncoded()).getBytes(StandardCharsets.US_ASCII);
    }

    /** Of the key, in bits, when it is an RSA key. */
    Optional<Integer> rsaBits() {
        return publicKey instanceof RSAPublicKey rsa
                ? Optional.of(rsa.getModulus().bitLength())
                : Optional.empty();
    }

    /**
     * Signs with SHA-256: RSA with PKCS #1 v1.5, else ECDSA.
     *
     * @throws KeyException when the key cannot do that
     */
    byte[] sign(byte[] content) throws KeyException {
        String algorithm = publicKey instanceof RSAPublicKey ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            Signature signature = provider.isPresent()
                    ? Signature.getInstance(algorithm, provider.get())
                    : Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new KeyException("the private key does not sign: " + e.getMessage(), e);
        }
    }
}
