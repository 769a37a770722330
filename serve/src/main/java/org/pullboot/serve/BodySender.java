package org.pullboot.serve;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.ArtifactFile;
import org.pullboot.fleet.OpenArtifact;

/**
 * Sends a part of a file as it was published, or not to its end.
 *
 * <p>The bytes go out by sendfile(2), a piece at a time, with a look at the file's status now and then. That alone is
 * not enough: sendfile copies nothing. What lies in the socket's buffer are references to pages of the page cache, and
 * when the reader is on the same machine they lie in its receive buffer too. Who writes to the file in place changes
 * bytes that were checked, were "sent", and are not read yet. Therefore the last bytes, more than all these buffers
 * hold, are sent from copies; once they are accepted by the socket, everything before them has left it. A last look at
 * the status then tells whether the file was whole until that moment, and only then its very last byte goes out. A
 * reader can so be cut off, but never finish a body that is not the published one.
 *
 * <p>A status that cannot be judged (see {@link ArtifactFile}) has the file hashed again beside the transfer, which
 * holds its last byte back until the answer is there.
 *
 * <p>Runs in the connection's event loop.
 */
final class BodySender {
    private static final long SENDFILE_PIECE = 4 << 20;
    private static final int COPY_PIECE = 64 << 10;

    /** Looks between the first and the last one only save what would be sent in vain. */
    private static final long LOOK_EVERY = 1 << 20;

    /** How a transfer ended. */
    enum End {
        /** The socket has taken its last byte. */
        DELIVERED,
        /** The file is not what was published any more. */
        CHANGED,
        /** The file cannot be read. */
        UNREADABLE,
        /** The client left. */
        GONE
    }

    private final ChannelHandlerContext context;
    private final OpenArtifact artifact;
    private final FileChannel file;
    private final long end;
    private final long copiedFrom;
    private final Executor rechecks;
    private final Consumer<End> done;
    private long position;
    private long lookAt;
    private @Nullable SharedRegion region;
    private @Nullable ByteBuf lastByte;
    private @Nullable CompletableFuture<Boolean> rechecking;
    private boolean ended;

    /**
     * @param last position of the last byte
     * @param buffered what the socket's and a local reader's buffers hold at most, in bytes
     * @param rechecks where files are hashed again
     * @param done told once how it ended, in the event loop
     */
    BodySender(
            ChannelHandlerContext context,
            OpenArtifact artifact,
            long first,
            long last,
            long buffered,
            Executor rechecks,
            Consumer<End> done) {
        this.context = context;
        this.artifact = artifact;
        this.file = artifact.file().channel();
        this.position = first;
        this.end = last + 1;
        this.copiedFrom = Math.max(first, end - buffered);
        this.rechecks = rechecks;
        this.done = done;
    }

    OpenArtifact artifact() {
        return artifact;
    }

    /** The position up to which the socket has taken the file's bytes. */
    long position() {
        return region == null ? position : position + region.transferred();
    }

    /** Whether the part that is sent is the file's last one. */
    boolean reachedEnd() {
        return end == artifact.artifact().size();
    }

    void start() {
        cork(true);
        step();
    }

    /**
     * Has the kernel send full segments only, or all that it holds back. Without it every 64 KiB that sendfile(2) moves end
     * with a short segment. A transport that has no such option goes without.
     */
    private void cork(boolean on) {
        context.channel().config().setOption(EpollChannelOption.TCP_CORK, on);
    }

    /** The connection is gone: lets go of what is held. */
    void abandon() {
        finish(End.GONE);
    }

    private void step() {
        if (ended) {
            return;
        }
        try {
            if (position == end) {
                finish(End.DELIVERED);
            } else if (lastByte != null) {
                sendLastByte(lastByte);
            } else if (position >= lookAt && changed()) {
                finish(End.CHANGED);
            } else if (position < copiedFrom) {
                long count = Math.min(SENDFILE_PIECE, copiedFrom - position);
                region = new SharedRegion(file, position, count);
                send(region, count);
            } else {
                copy((int) Math.min(COPY_PIECE, end - position));
            }
        } catch (IOException e) {
            finish(End.UNREADABLE);
        }
    }

    /** A look at the file; what cannot be judged is looked into meanwhile. */
    private boolean changed() throws IOException {
        lookAt = position + LOOK_EVERY;
        return switch (artifact.file().condition()) {
            case INTACT -> false;
            case CHANGED -> true;
            case UNSURE -> {
                if (rechecking == null || rechecking.isDone()) {
                    rechecking = artifact.file().recheck(rechecks);
                }
                yield false;
            }
        };
    }

    private void copy(int count) throws IOException {
        ByteBuf bytes = context.alloc().directBuffer(count);
        try {
            while (bytes.readableBytes() < count) {
                int read = bytes.writeBytes(file, position + bytes.readableBytes(), count - bytes.readableBytes());
                if (read < 0) {
                    finish(End.CHANGED);
                    return;
                }
            }
            if (position + count < end) {
                send(bytes.retain(), count);
            } else {
                ByteBuf allButOne = bytes.readRetainedSlice(count - 1);
                lastByte = bytes.retain();
                send(allButOne, count - 1);
            }
        } finally {
            bytes.release();
        }
    }

    private void sendLastByte(ByteBuf held) throws IOException {
        switch (artifact.file().condition()) {
            case INTACT -> {
                lastByte = null;
                send(held, 1);
            }
            case CHANGED -> finish(End.CHANGED);
            case UNSURE ->
                rechecking = artifact.file()
                        .recheck(rechecks)
                        .whenComplete(
                                (same, failure) -> context.executor().execute(() -> judged(failure == null, same)));
        }
    }

    private void judged(boolean readable, @Nullable Boolean same) {
        if (!readable) {
            finish(End.UNREADABLE);
        } else if (Boolean.TRUE.equals(same)) {
            step();
        } else {
            finish(End.CHANGED);
        }
    }

    private void send(Object bytes, long count) {
        ChannelFuture sent = context.writeAndFlush(bytes);
        sent.addListener(future -> {
            region = null;
            if (future.isSuccess()) {
                position += count;
                step();
            } else {
                finish(reasonOfFailure());
            }
        });
    }

    /** A write fails because the client left, or because the file ended rechecking. */
    private End reasonOfFailure() {
        try {
            return artifact.file().condition() == ArtifactFile.Condition.CHANGED ? End.CHANGED : End.GONE;
        } catch (IOException e) {
            return End.UNREADABLE;
        }
    }

    private void finish(End how) {
        if (ended) {
            return;
        }
        ended = true;
        if (lastByte != null) {
            lastByte.release();
            lastByte = null;
        }
        if (how == End.DELIVERED) {
            cork(false);
        }
        done.accept(how);
    }
}
