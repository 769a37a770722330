package org.pullboot.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;

/** Bytes that must have a digest, which is checked when their end is read; they are bounded on the way. */
final class VerifiedStream extends FilterInputStream {
    private final String what;
    private final Sha256 expected;
    private final long size;
    private final MessageDigest digester = Sha256.digester();
    private long bytes;
    private boolean checked;

    /**
     * @param what for messages, as in "the layer"
     * @param size how many bytes there must be; -1 when that is not known
     */
    VerifiedStream(InputStream in, String what, Sha256 expected, long size) {
        super(in);
        this.what = what;
        this.expected = expected;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count < 0) {
            check();
            return count;
        }
        bytes += count;
        if (size >= 0 && bytes > size) {
            throw new ImageException(what + " has more than the " + size + " bytes that the image says: it is damaged");
        }
        digester.update(target, offset, count);
        return count;
    }

    private void check() throws ImageException {
        if (checked) {
            return;
        }
        checked = true;
        if (size >= 0 && bytes != size) {
            throw new ImageException(
                    what + " has " + bytes + " bytes, but the image says " + size + ": it is damaged, get it again");
        }
        Sha256 found = Sha256.of(digester.digest());
        if (!found.equals(expected)) {
            throw new ImageException(
                    what + " has " + found + ", but the image says " + expected + ": it is damaged, get it again");
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
