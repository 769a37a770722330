package org.pullboot.image;

import java.nio.ByteBuffer;
import org.pullboot.linux.CodecException;
import org.pullboot.linux.NativeDecoder;

/** Leaves the work to a C library. */
final class NativeDecompressor implements Decompressor {
    private final NativeDecoder decoder;

    NativeDecompressor(NativeDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out, boolean endOfInput) throws ImageException {
        try {
            return decoder.decode(in, out, endOfInput);
        } catch (CodecException e) {
            throw new ImageException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
