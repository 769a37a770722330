package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What is written to a variable with the attribute TIME_BASED_AUTHENTICATED_WRITE_ACCESS, and what {@code .auth} files hold: an
 * EFI_VARIABLE_AUTHENTICATION_2 descriptor and then the value (UEFI 2.10, section 8.2.2).
 *
 * @param timestamp when it was signed; firmware takes a value only when this is later than that of the old one
 * @param signature a PKCS#7 SignedData structure as DER, over what {@link #toBeSigned} gives
 * @param payload the value
 */
public record AuthenticatedVariable(EfiTime timestamp, Bytes signature, Bytes payload) {
    /** The attributes of PK, KEK, db and dbx, without EFI_VARIABLE_APPEND_WRITE. */
    public static final int ATTRIBUTES = EfiVariable.PERSISTENT | EfiVariable.TIME_BASED_AUTHENTICATION;

    private static final EfiGuid PKCS7 = EfiGuid.parse("4aafd29d-68df-49ee-8aa9-347d375665a7");
    private static final int CERTIFICATE_HEADER = 24;
    private static final int REVISION = 0x0200;
    private static final int TYPE_GUID = 0x0EF1;

    /**
     * The bytes to sign for a write of this variable.
     *
     * @param name without NUL
     * @param attributes those of the write, EFI_VARIABLE_APPEND_WRITE included if it is used
     * @param payload the value
     */
    public static byte[] toBeSigned(String name, EfiGuid vendor, int attributes, EfiTime timestamp, byte[] payload) {
        byte[] text = name.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer target = ByteBuffer.allocate(text.length + EfiGuid.BYTES + 4 + EfiTime.SIZE + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        target.put(text);
        vendor.bytes().putInto(target);
        target.putInt(attributes);
        timestamp.bytes().putInto(target);
        return target.put(payload).array();
    }

    /** The descriptor and the value: what goes to the firmware, or into a {@code .auth} file. */
    public static byte[] wrap(EfiTime timestamp, byte[] pkcs7SignedData, byte[] payload) {
        int certificate = CERTIFICATE_HEADER + pkcs7SignedData.length;
        ByteBuffer target =
                ByteBuffer.allocate(EfiTime.SIZE + certificate + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        timestamp.bytes().putInto(target);
        target.putInt(certificate).putShort((short) REVISION).putShort((short) TYPE_GUID);
        PKCS7.bytes().putInto(target);
        return target.put(pkcs7SignedData).put(payload).array();
    }

    /**
     * Reads a descriptor and the value behind it.
     *
     * @throws UefiException when it is cut off, or its signature is not of this kind
     */
    public static AuthenticatedVariable parse(byte[] bytes) throws UefiException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < EfiTime.SIZE + CERTIFICATE_HEADER) {
            throw new UefiException(
                    "an authenticated variable begins with 40 bytes of time and signature, but has " + bytes.length);
        }
        EfiTime timestamp = new EfiTime(Bytes.take(in, EfiTime.SIZE));
        long length = in.getInt() & 0xFFFFFFFFL;
        int revision = in.getShort() & 0xFFFF;
        int type = in.getShort() & 0xFFFF;
        EfiGuid kind = EfiGuid.take(in);
        if (revision != REVISION || type != TYPE_GUID || !kind.equals(PKCS7)) {
            throw new UefiException("the signature of an authenticated variable is of kind PKCS#7 (0200 0ef1 " + PKCS7
                    + "), not of " + NodeText.hex(revision, 4) + " " + NodeText.hex(type, 4) + " " + kind);
        }
        if (length < CERTIFICATE_HEADER || length - CERTIFICATE_HEADER > in.remaining()) {
            throw new UefiException("the signature of an authenticated variable should have " + length + " bytes, but "
                    + (in.remaining() + CERTIFICATE_HEADER) + " are there");
        }
        Bytes signature = Bytes.take(in, (int) length - CERTIFICATE_HEADER);
        return new AuthenticatedVariable(timestamp, signature, Bytes.take(in, in.remaining()));
    }

    /** The bytes {@link #parse} reads. */
    public byte[] encode() {
        return wrap(timestamp, signature.toArray(), payload.toArray());
    }
}
