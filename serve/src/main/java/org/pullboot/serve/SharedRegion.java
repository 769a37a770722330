package org.pullboot.serve;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A piece of a file that several connections send from; unlike Netty's own, it leaves the file open at its end. */
final class SharedRegion extends DefaultFileRegion {
    SharedRegion(FileChannel file, long position, long count) {
        super(file, position, count);
    }

    @Override
    protected void deallocate() {
        // Nothing is held: the file stays open for the others.
    }
}
