package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;

/** What an Authenticode signature says: that a PE image has this digest (SpcIndirectDataContent). */
final class SpcIndirectData {
    static final ASN1ObjectIdentifier TYPE = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");

    private static final ASN1ObjectIdentifier PE_IMAGE_DATA = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
    /** Every signer writes this where a link to the file once stood. */
    private static final String LINK = "<<<Obsolete>>>";

    private SpcIndirectData() {}

    /** Of an image with this SHA-256 digest. */
    static DERSequence of(byte[] digest) {
        ASN1Encodable link = new DERTaggedObject(
                true,
                0,
                new DERTaggedObject(
                        true,
                        2,
                        new DERTaggedObject(false, 0, new DEROctetString(LINK.getBytes(StandardCharsets.UTF_16BE)))));
        ASN1EncodableVector image = new ASN1EncodableVector();
        image.add(new DERBitString(new byte[0]));
        image.add(link);
        ASN1EncodableVector data = new ASN1EncodableVector();
        data.add(PE_IMAGE_DATA);
        data.add(new DERSequence(image));
        ASN1EncodableVector all = new ASN1EncodableVector();
        all.add(new DERSequence(data));
        all.add(new DigestInfo(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE), digest));
        return new DERSequence(all);
    }

    /** The digest that one states. */
    static DigestInfo digest(ASN1Sequence content) throws IOException {
        if (content.size() != 2 || !(content.getObjectAt(1) instanceof ASN1Sequence info) || info.size() != 2) {
            throw new IOException("it states no digest");
        }
        ASN1OctetString.getInstance(info.getObjectAt(1));
        return DigestInfo.getInstance(info);
    }
}
