package org.pullboot.image;

import java.nio.ByteBuffer;

/** Bytes that are not compressed: they are copied. */
final class StoredBytes implements Decompressor {
    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out, boolean endOfInput) {
        int bytes = Math.min(in.remaining(), out.remaining());
        out.put(out.position(), in, in.position(), bytes);
        in.position(in.position() + bytes);
        out.position(out.position() + bytes);
        return endOfInput && !in.hasRemaining();
    }

    @Override
    public void close() {}
}
