package org.pullboot.uki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.SignedData;
import org.bouncycastle.asn1.pkcs.SignerInfo;
import org.bouncycastle.asn1.x509.DigestInfo;

/**
 * One signature of a PE image. That it was read says nothing yet: {@link Authenticode#verify} tells whether it holds. Immutable.
 */
public final class AuthenticodeSignature {
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAX_CHAIN = 8;

    private final X509Certificate signer;
    private final List<X509Certificate> certificates;
    private final PcrBank algorithm;
    private final byte[] imageDigest;
    private final byte[] content;
    private final Optional<Attributes> attributes;
    private final byte[] signature;

    private AuthenticodeSignature(
            X509Certificate signer,
            List<X509Certificate> certificates,
            DigestInfo image,
            byte[] content,
            Optional<Attributes> attributes,
            byte[] signature)
            throws PeException {
        this.signer = signer;
        this.certificates = List.copyOf(certificates);
        this.algorithm = algorithm(image.getAlgorithmId().getAlgorithm());
        this.imageDigest = image.getDigest();
        this.content = content;
        this.attributes = attributes;
        this.signature = signature;
    }

    /** What is signed in place of the content: its digest is among them. */
    private static final class Attributes {
        private final byte[] encoded;
        private final byte[] contentDigest;
        private final Optional<Instant> time;

        private Attributes(ASN1Set set) throws IOException {
            AttributeTable table = new AttributeTable(set);
            if (value(table, PKCSObjectIdentifiers.pkcs_9_at_contentType)
                    .filter(SpcIndirectData.TYPE::equals)
                    .isEmpty()) {
                throw new PeException("its attributes are about something else");
            }
            encoded = set.getEncoded(ASN1Encoding.DER);
            contentDigest = value(table, PKCSObjectIdentifiers.pkcs_9_at_messageDigest)
                    .map(one -> ASN1OctetString.getInstance(one).getOctets())
                    .orElseThrow(() -> new PeException("its attributes have no digest"));
            time = value(table, PKCSObjectIdentifiers.pkcs_9_at_signingTime)
                    .map(one -> Time.getInstance(one).getDate().toInstant());
        }

        private static Optional<ASN1Encodable> value(AttributeTable table, ASN1ObjectIdentifier type) {
            Attribute attribute = table.get(type);
            return attribute == null || attribute.getAttrValues().size() != 1
                    ? Optional.empty()
                    : Optional.of(attribute.getAttrValues().getObjectAt(0));
        }
    }

    /** The signer's certificate. */
    public X509Certificate signer() {
        return signer;
    }

    /** All certificates that are in it, the signer's among them. */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    /** By which the image was hashed: SHA-256 or longer. */
    public PcrBank algorithm() {
        return algorithm;
    }

    /** When it says that it was made; nobody vouches for that. */
    public Optional<Instant> time() {
        return attributes.flatMap(one -> one.time);
    }

    /**
     * Reads the PKCS #7 structure of a certificate table.
     *
     * @throws PeException when it is none, or none for a PE image
     */
    static AuthenticodeSignature parse(byte[] der) throws PeException {
        try {
            ContentInfo outer = ContentInfo.getInstance(primitive(der));
            if (!outer.getContentType().equals(PKCSObjectIdentifiers.signedData)) {
                throw new PeException("it is no signed data");
            }
            SignedData data = SignedData.getInstance(outer.getContent());
            ContentInfo inner = data.getContentInfo();
            if (!inner.getContentType().equals(SpcIndirectData.TYPE)
                    || !(inner.getContent() instanceof ASN1Sequence indirect)
                    || data.getSignerInfos().size() != 1) {
                throw new PeException("it is not what one signer says about a PE image");
            }
            SignerInfo signer = SignerInfo.getInstance(data.getSignerInfos().getObjectAt(0));
            return of(indirect, signer, certificates(data.getCertificates()));
        } catch (PeException e) {
            throw new PeException("the signature cannot be read: " + e.getMessage());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The library throws whatever its casts throw; the bytes come from anywhere.
            throw new PeException("the signature cannot be read: it is damaged");
        }
    }

    /** Some signers count the zeros that align the table as part of the signature. */
    private static ASN1Primitive primitive(byte[] der) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(der);
        ASN1Primitive primitive = new ASN1InputStream(bytes, der.length).readObject();
        if (primitive == null || bytes.available() >= AuthenticodeImage.ALIGNMENT) {
            throw new PeException("it is empty or has something behind it");
        }
        while (bytes.available() > 0) {
            if (bytes.read() != 0) {
                throw new PeException("it has something behind it");
            }
        }
        return primitive;
    }

    private static AuthenticodeSignature of(ASN1Sequence indirect, SignerInfo info, List<X509Certificate> certificates)
            throws IOException, GeneralSecurityException {
        DigestInfo image = SpcIndirectData.digest(indirect);
        if (algorithm(info.getDigestAlgorithm().getAlgorithm())
                != algorithm(image.getAlgorithmId().getAlgorithm())) {
            throw new PeException("it mixes digest algorithms");
        }
        ASN1Set attributes = info.getAuthenticatedAttributes();
        return new AuthenticodeSignature(
                signer(info, certificates),
                certificates,
                image,
                Pkcs7.value(indirect),
                attributes == null ? Optional.empty() : Optional.of(new Attributes(attributes)),
                info.getEncryptedDigest().getOctets());
    }

    /** Whether it is about an image with this digest. */
    boolean isAbout(byte[] digest) {
        return Arrays.equals(digest, imageDigest);
    }

    /** Whether the signer's key made it, for what is in it. */
    boolean isGenuine() {
        byte[] digest = algorithm.digest(content);
        if (attributes.filter(one -> !Arrays.equals(one.contentDigest, digest)).isPresent()) {
            return false;
        }
        PublicKey key = signer.getPublicKey();
        if (!(key instanceof RSAPublicKey)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(algorithm.name() + "withRSA");
            verifier.initVerify(key);
            verifier.update(attributes.map(one -> one.encoded).orElse(content));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Whether one of these certificates is the signer's or issued it, maybe through others that are in the signature. As in
     * firmware, nobody asks whether they are still valid.
     */
    boolean isTrusted(List<X509Certificate> trusted) {
        X509Certificate current = signer;
        for (int step = 0; step < MAX_CHAIN; step++) {
            X509Certificate certificate = current;
            if (trusted.contains(certificate) || trusted.stream().anyMatch(issuer -> isIssuedBy(certificate, issuer))) {
                return true;
            }
            Optional<X509Certificate> next = certificates.stream()
                    .filter(issuer -> !issuer.equals(certificate) && isIssuedBy(certificate, issuer))
                    .findFirst();
            if (next.isEmpty()) {
                return false;
            }
            current = next.get();
        }
        return false;
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        // A certificate that may not issue others must not vouch for one, however its names read.
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                || issuer.getBasicConstraints() < 0) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static X509Certificate signer(SignerInfo info, List<X509Certificate> certificates) throws IOException {
        byte[] issuer = info.getIssuerAndSerialNumber().getName().getEncoded(ASN1Encoding.DER);
        for (X509Certificate one : certificates) {
            if (one.getSerialNumber()
                            .equals(info.getIssuerAndSerialNumber()
                                    .getCertificateSerialNumber()
                                    .getValue())
                    && Arrays.equals(one.getIssuerX500Principal().getEncoded(), issuer)) {
                return one;
            }
        }
        throw new PeException("the signer's certificate is not in it");
    }

    private static List<X509Certificate> certificates(ASN1Set set) throws IOException, GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>();
        if (set == null || set.size() > MAX_CERTIFICATES) {
            throw new PeException("it has no certificates, or more than " + MAX_CERTIFICATES);
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (ASN1Encodable one : set) {
            byte[] der = one.toASN1Primitive().getEncoded(ASN1Encoding.DER);
            all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return all;
    }

    private static PcrBank algorithm(ASN1ObjectIdentifier algorithm) throws PeException {
        if (algorithm.equals(NISTObjectIdentifiers.id_sha256)) {
            return PcrBank.SHA256;
        } else if (algorithm.equals(NISTObjectIdentifiers.id_sha384)) {
            return PcrBank.SHA384;
        } else if (algorithm.equals(NISTObjectIdentifiers.id_sha512)) {
            return PcrBank.SHA512;
        }
        throw new PeException("its digest algorithm " + algorithm + " is not SHA-256, SHA-384 or SHA-512");
    }
}
