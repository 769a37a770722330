package org.pullboot.openpgp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The file that gpg keeps its keyring in; only where the keys lie in it matters (GnuPG, kbx/keybox-blob.c). */
final class Keybox {
    private static final int FIRST_BLOB = 1;
    private static final int OPENPGP_BLOB = 2;
    private static final int MAGIC = 0x4b425866;
    private static final int MAGIC_AT = 8;
    private static final int KEY_AT = 8;
    private static final int HEADER = 16;

    private Keybox() {}

    static boolean is(byte[] file) {
        return file.length >= MAGIC_AT + Integer.BYTES
                && file[Integer.BYTES] == FIRST_BLOB
                && ByteBuffer.wrap(file).getInt(MAGIC_AT) == MAGIC;
    }

    /**
     * The OpenPGP keys of a keybox, one after the other.
     *
     * @throws OpenPgpException when a length in it is not true
     */
    static byte[] keys(byte[] file) throws OpenPgpException {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(file);
        for (int at = 0; at < file.length; ) {
            long length = file.length - at < HEADER ? 0 : Integer.toUnsignedLong(in.getInt(at));
            if (length < HEADER || length > file.length - at) {
                throw damaged(at);
            }
            if (in.get(at + Integer.BYTES) == OPENPGP_BLOB) {
                long keyAt = Integer.toUnsignedLong(in.getInt(at + KEY_AT));
                long keyLength = Integer.toUnsignedLong(in.getInt(at + KEY_AT + Integer.BYTES));
                if (keyAt + keyLength > length) {
                    throw damaged(at);
                }
                keys.write(file, at + (int) keyAt, (int) keyLength);
            }
            at += (int) length;
        }
        return keys.toByteArray();
    }

    private static OpenPgpException damaged(int at) {
        return new OpenPgpException("it is a damaged keybox: the entry at byte " + at + " does not fit into the file");
    }
}
