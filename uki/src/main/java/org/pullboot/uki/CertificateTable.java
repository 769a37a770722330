package org.pullboot.uki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** The attribute certificate table of a PE image (PE/COFF, section 5.7): one PKCS #7 structure for each signature. */
final class CertificateTable {
    private static final int HEADER = 8;
    private static final int REVISION_2 = 0x0200;
    private static final int PKCS7 = 0x0002;
    private static final int MAX_SIZE = 1 << 20;

    private CertificateTable() {}

    /** The signatures of an image, in DER; what is no PKCS #7 is left out. */
    static List<byte[]> read(FileChannel channel, AuthenticodeImage image) throws IOException {
        return parse(ByteBuffer.wrap(bytes(channel, image)));
    }

    /** The table as it is in the file. */
    static byte[] bytes(FileChannel channel, AuthenticodeImage image) throws IOException {
        if (image.tableSize() > MAX_SIZE) {
            throw new PeException(
                    "a certificate table has at most " + MAX_SIZE + " bytes, but this has " + image.tableSize());
        }
        ByteBuffer table = ByteBuffer.allocate((int) image.tableSize());
        while (table.hasRemaining()) {
            if (channel.read(table, image.tableOffset() + table.position()) < 0) {
                throw new PeException("the image became shorter while it was read");
            }
        }
        return table.array();
    }

    static List<byte[]> parse(ByteBuffer bytes) throws PeException {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> signatures = new ArrayList<>();
        int at = 0;
        while (at < in.limit()) {
            long length = in.limit() - at < HEADER ? 0 : in.getInt(at) & 0xFFFFFFFFL;
            if (length < HEADER || length > in.limit() - at) {
                throw new PeException("the certificate table is damaged: its entry at byte " + at + " has " + length
                        + " bytes, and " + (in.limit() - at) + " are left");
            }
            if ((in.getShort(at + 4) & 0xFFFF) == REVISION_2 && (in.getShort(at + 6) & 0xFFFF) == PKCS7) {
                byte[] signature = new byte[(int) length - HEADER];
                in.get(at + HEADER, signature);
                signatures.add(signature);
            }
            at += (int) aligned(length);
        }
        return signatures;
    }

    /** A table with one more signature at its end. */
    static byte[] append(byte[] table, byte[] signature) {
        int length = HEADER + signature.length;
        ByteBuffer entry = ByteBuffer.allocate((int) aligned(length)).order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt(length)
                .putShort((short) REVISION_2)
                .putShort((short) PKCS7)
                .put(signature);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(table);
        all.writeBytes(new byte[-table.length & (AuthenticodeImage.ALIGNMENT - 1)]);
        all.writeBytes(entry.array());
        return all.toByteArray();
    }

    private static long aligned(long length) {
        return length + AuthenticodeImage.ALIGNMENT - 1 & -AuthenticodeImage.ALIGNMENT;
    }
}
