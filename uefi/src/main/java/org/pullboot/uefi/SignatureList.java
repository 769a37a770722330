package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * EFI_SIGNATURE_LIST (UEFI 2.10, section 32.4.1): certificates or digests of one type and one size. The value of PK, KEK, db
 * and dbx is any number of them in a row. Reading and writing keep every byte.
 *
 * @param type what the signatures are, see {@link #X509} and {@link #SHA256}
 * @param header what some types have before the signatures; empty for all types in use
 * @param signatures at least one, all of the same size
 */
public record SignatureList(EfiGuid type, Bytes header, List<Signature> signatures) {
    /** EFI_CERT_X509_GUID: one certificate as DER. */
    public static final EfiGuid X509 = EfiGuid.parse("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    /** EFI_CERT_SHA256_GUID: SHA-256 digests of 32 bytes; of an executable its Authenticode digest. */
    public static final EfiGuid SHA256 = EfiGuid.parse("c1c41626-504c-4092-aca9-41f936934328");

    private static final int HEADER = 28;
    private static final int DIGEST = 32;

    /**
     * EFI_SIGNATURE_DATA.
     *
     * @param owner who put it there
     * @param data a certificate or a digest
     */
    public record Signature(EfiGuid owner, Bytes data) {}

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException when there are no signatures, or they differ in size
     */
    public SignatureList {
        signatures = List.copyOf(signatures);
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("a signature list has at least one signature");
        }
        int size = signatures.get(0).data().length();
        for (Signature signature : signatures) {
            if (signature.data().length() != size) {
                throw new IllegalArgumentException("the signatures of one list have one size, not " + size + " and "
                        + signature.data().length() + " bytes");
            }
        }
    }

    /** A list of one certificate; certificates differ in size, so each has a list of its own. */
    public static SignatureList x509(EfiGuid owner, byte[] der) {
        return new SignatureList(X509, Bytes.EMPTY, List.of(new Signature(owner, Bytes.of(der))));
    }

    /**
     * A list of digests.
     *
     * @throws IllegalArgumentException when there is none, or one has not 32 bytes
     */
    public static SignatureList sha256(EfiGuid owner, List<byte[]> digests) {
        List<Signature> signatures = new ArrayList<>();
        for (byte[] digest : digests) {
            if (digest.length != DIGEST) {
                throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + digest.length);
            }
            signatures.add(new Signature(owner, Bytes.of(digest)));
        }
        return new SignatureList(SHA256, Bytes.EMPTY, signatures);
    }

    /** A list of one digest of 32 bytes. */
    public static SignatureList sha256(EfiGuid owner, byte[] digest) {
        return sha256(owner, List.of(digest));
    }

    /**
     * Reads lists in a row, as the value of PK, KEK, db and dbx and a {@code .esl} file have them; none when there are no bytes.
     *
     * @throws UefiException when a list is cut off, or its sizes contradict one another
     */
    public static List<SignatureList> decode(byte[] bytes) throws UefiException {
        List<SignatureList> lists = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            lists.add(take(in));
        }
        return lists;
    }

    /** The bytes of these lists in a row. */
    public static byte[] encode(List<SignatureList> lists) {
        int size = 0;
        for (SignatureList list : lists) {
            size = Math.addExact(size, list.size());
        }
        ByteBuffer target = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (SignatureList list : lists) {
            list.putInto(target);
        }
        return target.array();
    }

    /** The bytes of this list. */
    public byte[] encode() {
        return encode(List.of(this));
    }

    /** Whether a signature of this type with this content is in it, whoever owns it. */
    boolean contains(EfiGuid otherType, Bytes data) {
        return type.equals(otherType)
                && signatures.stream().anyMatch(signature -> signature.data().equals(data));
    }

    private int signatureSize() {
        return EfiGuid.BYTES + signatures.get(0).data().length();
    }

    private int size() {
        return Math.addExact(HEADER + header.length(), Math.multiplyExact(signatures.size(), signatureSize()));
    }

    private void putInto(ByteBuffer target) {
        type.bytes().putInto(target);
        target.putInt(size()).putInt(header.length()).putInt(signatureSize());
        header.putInto(target);
        for (Signature signature : signatures) {
            signature.owner().bytes().putInto(target);
            signature.data().putInto(target);
        }
    }

    private static SignatureList take(ByteBuffer in) throws UefiException {
        if (in.remaining() < HEADER) {
            throw new UefiException("a signature list begins with 28 bytes, but " + in.remaining()
                    + " are left at byte " + in.position());
        }
        int start = in.position();
        EfiGuid type = EfiGuid.take(in);
        long size = in.getInt() & 0xFFFFFFFFL;
        long headerSize = in.getInt() & 0xFFFFFFFFL;
        long signatureSize = in.getInt() & 0xFFFFFFFFL;
        long body = size - HEADER - headerSize;
        if (size > in.limit() - start || body < signatureSize) {
            throw new UefiException("the signature list at byte " + start + " should have " + size
                    + " bytes with a signature in them, but " + (in.limit() - start) + " are there");
        }
        if (signatureSize < EfiGuid.BYTES || body % signatureSize != 0) {
            throw new UefiException("the signatures of the list at byte " + start + " should have " + signatureSize
                    + " bytes each, but together they have " + body);
        }
        Bytes header = Bytes.take(in, (int) headerSize);
        List<Signature> signatures = new ArrayList<>();
        for (long i = 0; i < body / signatureSize; i++) {
            EfiGuid owner = EfiGuid.take(in);
            signatures.add(new Signature(owner, Bytes.take(in, (int) signatureSize - EfiGuid.BYTES)));
        }
        return new SignatureList(type, header, signatures);
    }
}
