package org.pullboot.uki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.IssuerAndSerialNumber;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.SignedData;
import org.bouncycastle.asn1.pkcs.SignerInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

/** Makes PKCS #7 SignedData (RFC 2315) as firmware reads it: one signer, RSA with SHA-256, in DER. */
final class Pkcs7 {
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 4096;
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final SigningKey key;
    private final X509Certificate certificate;
    private final List<X509Certificate> chain;

    /**
     * Signs with a key.
     *
     * @param certificate of that key
     * @param chain which the certificate needs to be believed, if it was not issued by one that the firmware knows
     */
    Pkcs7(SigningKey key, X509Certificate certificate, List<X509Certificate> chain) throws KeyException {
        int bits = key.rsaBits()
                .orElseThrow(
                        () -> new KeyException("firmware believes RSA keys alone, but this is another kind of key"));
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new KeyException(
                    "firmware believes RSA keys of " + MIN_BITS + " to " + MAX_BITS + " bits, but this has " + bits);
        }
        if (!certificate.getPublicKey().equals(key.publicKey())) {
            throw new KeyException(
                    "the certificate of " + certificate.getSubjectX500Principal() + " is not for this private key");
        }
        this.key = key;
        this.certificate = certificate;
        this.chain = List.copyOf(chain);
    }

    /** Signs a structure that is embedded, with authenticated attributes. */
    byte[] embedded(ASN1ObjectIdentifier type, DERSequence content, Optional<Instant> time) throws KeyException {
        try {
            ASN1EncodableVector attributes = new ASN1EncodableVector();
            attributes.add(attribute(PKCSObjectIdentifiers.pkcs_9_at_contentType, type));
            if (time.isPresent()) {
                attributes.add(attribute(PKCSObjectIdentifiers.pkcs_9_at_signingTime, utcTime(time.get())));
            }
            byte[] digest = PcrBank.SHA256.digest(value(content));
            attributes.add(attribute(PKCSObjectIdentifiers.pkcs_9_at_messageDigest, new DEROctetString(digest)));
            DERSet signed = new DERSet(attributes);
            byte[] signature = key.sign(signed.getEncoded(ASN1Encoding.DER));
            SignedData data = signedData(new ContentInfo(type, content), Optional.of(signed), signature);
            return new ContentInfo(PKCSObjectIdentifiers.signedData, data).getEncoded(ASN1Encoding.DER);
        } catch (IOException | CertificateEncodingException e) {
            throw encoding(e);
        }
    }

    /** Signs bytes that are elsewhere, without attributes; only the SignedData itself, as UEFI wants it for variables. */
    byte[] detached(byte[] content) throws KeyException {
        try {
            return signedData(new ContentInfo(PKCSObjectIdentifiers.data, null), Optional.empty(), key.sign(content))
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException | CertificateEncodingException e) {
            throw encoding(e);
        }
    }

    /** What a digest of an embedded structure covers: its encoding without tag and length (RFC 2315, section 9.3). */
    static byte[] value(ASN1Sequence content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ASN1Encodable element : content) {
            bytes.writeBytes(element.toASN1Primitive().getEncoded(ASN1Encoding.DER));
        }
        return bytes.toByteArray();
    }

    private SignedData signedData(ContentInfo content, Optional<ASN1Set> attributes, byte[] signature)
            throws IOException, CertificateEncodingException {
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        Certificate own = Certificate.getInstance(certificate.getEncoded());
        SignerInfo signer = new SignerInfo(
                new ASN1Integer(1),
                new IssuerAndSerialNumber(own.getIssuer(), certificate.getSerialNumber()),
                sha256,
                attributes.orElse(null),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new DEROctetString(signature),
                null);
        Set<X509Certificate> all = new LinkedHashSet<>();
        all.add(certificate);
        all.addAll(chain);
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        for (X509Certificate one : all) {
            certificates.add(Certificate.getInstance(one.getEncoded()));
        }
        return new SignedData(
                new ASN1Integer(1), new DERSet(sha256), content, new DERSet(certificates), null, new DERSet(signer));
    }

    private static Attribute attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new Attribute(type, new DERSet(value));
    }

    private static DERUTCTime utcTime(Instant time) {
        return new DERUTCTime(UTC_TIME.format(time));
    }

    private static KeyException encoding(Exception e) {
        return new KeyException("the certificate cannot be put into a signature: " + e.getMessage(), e);
    }
}
