package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** How HKDF-Expand-Label writes what a key is for (RFC 8446, 7.1). Lengths are those of the hash, one block of HKDF. */
enum TlsLabel {
    /** As the RFC says. */
    STANDARD {
        @Override
        byte[] info(int length, byte[] label, byte[] context) {
            return ByteBuffer.allocate(4 + label.length + context.length)
                    .putShort((short) length)
                    .put((byte) label.length)
                    .put(label)
                    .put((byte) context.length)
                    .put(context)
                    .array();
        }
    },

    /** As older versions of libnvme and nvme-cli have it: the other byte order, and no lengths of label and context. */
    LEGACY {
        @Override
        byte[] info(int length, byte[] label, byte[] context) {
            return ByteBuffer.allocate(2 + label.length + context.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) length)
                    .put(label)
                    .put(context)
                    .array();
        }
    };

    private static final byte[] FIRST_BLOCK = {1};

    /** HKDF-Extract without salt (RFC 5869). */
    static byte[] extract(DhChapHash hash, byte[] secret) {
        return hash.hmac(new byte[hash.length()], secret);
    }

    /** As many bytes as the hash has. The context is at most 255 bytes. */
    byte[] expand(DhChapHash hash, byte[] key, String label, byte[] context) {
        byte[] whole = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        return hash.hmac(key, info(hash.length(), whole, context), FIRST_BLOCK);
    }

    abstract byte[] info(int length, byte[] label, byte[] context);
}
