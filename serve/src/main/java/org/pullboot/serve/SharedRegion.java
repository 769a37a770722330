package org.pullboot.serve;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** A piece of a file that several connections send from; unlike Netty's own, it leaves the file open at its end. */
final class SharedRegion extends AbstractReferenceCounted implements FileRegion {
    private final FileChannel file;
    private final long position;
    private final long count;
    private long transferred;

    SharedRegion(FileChannel file, long position, long count) {
        this.file = file;
        this.position = position;
        this.count = count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // Netty's interface has it and nobody calls it
    public long transfered() {
        return transferred;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferTo(WritableByteChannel target, long from) throws IOException {
        long sent = file.transferTo(position + from, count - from, target);
        if (sent > 0) {
            transferred += sent;
        } else if (from < count && file.size() < position + count) {
            // Nothing sent means a full socket, unless the file ends here: then nothing ever will be.
            throw new IOException("the file became shorter");
        }
        return sent;
    }

    @Override
    protected void deallocate() {
        // Nothing is held: the file stays open for the others.
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }
}
