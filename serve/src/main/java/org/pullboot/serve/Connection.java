package org.pullboot.serve;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: its requests, answered one after the other, and the time it may take for each step.
 *
 * <p>While an answer is under way nothing more is read, so that a client that sends requests in advance is slowed down
 * by its own socket. Runs in the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Desk desk;
    private final String address;
    private final Queue<Incoming> waiting = new ArrayDeque<>();
    private @Nullable Incoming receiving;
    private @Nullable BodySender sender;
    private boolean answering;
    private boolean inputEnded;
    private long deadline;
    private long stalledAt = -1;
    private long toldAt;
    private long toldPosition;

    Connection(Desk desk, String address) {
        this.desk = desk;
        this.address = address;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        allow(desk.limits().headerTime());
        long tick = Math.clamp(desk.limits().headerTime().toMillis() / 4, 50, 5000);
        var watch = context.executor().scheduleAtFixedRate(() -> watch(context), tick, tick, TimeUnit.MILLISECONDS);
        var _ = context.channel().closeFuture().addListener(closed -> watch.cancel(false));
        context.fireChannelActive();
    }

    private void allow(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Ends the connection when its time is over; a transfer that moved since the last look has all its time again. */
    private void watch(ChannelHandlerContext context) {
        BodySender current = sender;
        if (current != null) {
            long position = current.position();
            if (position != stalledAt) {
                stalledAt = position;
                allow(desk.limits().stallTime());
            }
            progress(current, false);
        }
        if (System.nanoTime() - deadline > 0) {
            var _ = context.close();
        }
    }

    private void progress(BodySender current, boolean last) {
        long now = System.nanoTime();
        if (!last && now - toldAt < PROGRESS_NANOS) {
            return;
        }
        long position = current.position();
        long rate = (long) ((position - toldPosition) * 1e9 / Math.max(1, now - toldAt));
        toldAt = now;
        toldPosition = position;
        desk.events().progress(current.artifact(), position, rate);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request) {
                receiveHead(context, new Incoming(request));
            }
            Incoming current = receiving;
            if (message instanceof HttpContent content && current != null) {
                if (content.decoderResult().isFailure()) {
                    current.broken();
                } else if (content.content().isReadable()) {
                    current.append(ByteBufUtil.getBytes(content.content()));
                }
                if (message instanceof LastHttpContent || current.refused() != null) {
                    receiving = null;
                    received(context, current);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receiveHead(ChannelHandlerContext context, Incoming request) {
        if (request.refused() != null) {
            // Whatever follows belongs to it and is not looked at: the connection ends with the answer.
            received(context, request);
            return;
        }
        receiving = request;
        if (!answering) {
            allow(desk.limits().bodyTime());
        }
        if (HttpUtil.is100ContinueExpected(request.request())) {
            var _ = context.writeAndFlush(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void received(ChannelHandlerContext context, Incoming request) {
        if (waiting.size() >= desk.limits().pipelined()) {
            var _ = context.close();
            return;
        }
        waiting.add(request);
        context.channel().config().setAutoRead(false);
        next(context);
    }

    private void next(ChannelHandlerContext context) {
        if (answering || !context.channel().isActive()) {
            return;
        }
        Incoming request = waiting.poll();
        if (request != null) {
            answering = true;
            allow(desk.limits().stallTime());
            answer(context, request);
        } else if (inputEnded) {
            var _ = context.close();
        } else {
            allow(desk.limits().idleTime());
            context.channel().config().setAutoRead(true);
        }
    }

    private void answer(ChannelHandlerContext context, Incoming request) {
        Reply refusal = request.refused();
        if (refusal != null) {
            send(context, request, refusal);
            return;
        }
        HttpRequest http = request.request();
        switch (request.target()) {
            case Target.Plain plain -> send(context, request, desk.artifacts().answer(plain, http, address));
            case Target.Pinned pinned -> send(context, request, desk.artifacts().answer(pinned, http, address));
            case Target.Plan plan -> later(context, request, () -> desk.agents().plan(plan, address));
            case Target.Events() -> later(context, request, () -> desk.agents().events(request.body(), address));
            case Target.Nothing _, Target.Malformed _ ->
                send(context, request, Reply.sentence(HttpResponseStatus.NOT_FOUND, "There is nothing here."));
        }
    }

    /** An answer that writes to the state, made outside the event loop. */
    private void later(ChannelHandlerContext context, Incoming request, Supplier<Reply> work) {
        try {
            desk.writes().execute(() -> {
                Reply reply;
                try {
                    reply = work.get();
                } catch (RuntimeException e) {
                    desk.events().problem("A request of " + address + " could not be answered: " + e + ".");
                    reply = Reply.sentence(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The server failed.")
                            .closing();
                }
                Reply made = reply;
                context.executor().execute(() -> send(context, request, made));
            });
        } catch (RejectedExecutionException e) {
            send(
                    context,
                    request,
                    Reply.sentence(HttpResponseStatus.SERVICE_UNAVAILABLE, "The server has too much to do.")
                            .with(Header.RETRY_AFTER, "1"));
        }
    }

    private void send(ChannelHandlerContext context, Incoming request, Reply full) {
        Reply reply = request.head() ? full.headOnly() : full;
        if (!context.channel().isActive()) {
            reply.headOnly();
            return;
        }
        boolean keep = !reply.last() && request.keepAlive() && !inputEnded;
        var _ = context.write(head(request, reply, keep));
        stalledAt = -1;
        allow(desk.limits().stallTime());
        switch (reply.body()) {
            case Reply.Body.None() -> end(context, keep);
            case Reply.Body.Memory(ByteBuffer bytes) -> {
                var _ = context.write(Unpooled.wrappedBuffer(bytes));
                end(context, keep);
            }
            case Reply.Body.File file -> {
                BodySender body = new BodySender(
                        context,
                        file.artifact(),
                        file.first(),
                        file.last(),
                        desk.buffered(),
                        desk.rechecks(),
                        how -> sent(context, how, keep));
                sender = body;
                toldAt = System.nanoTime();
                toldPosition = file.first();
                body.start();
            }
        }
    }

    private static DefaultHttpResponse head(Incoming request, Reply reply, boolean keep) {
        HttpHeaders headers = reply.headers();
        headers.set(Header.DATE, HttpDate.format(Instant.now()));
        headers.set(Header.SERVER, "pullboot");
        if (!keep) {
            headers.set(Header.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.request().protocolVersion().minorVersion() == 0) {
            headers.set(Header.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status(), headers);
    }

    private void sent(ChannelHandlerContext context, BodySender.End how, boolean keep) {
        BodySender current = sender;
        sender = null;
        if (current == null) {
            return;
        }
        progress(current, true);
        switch (how) {
            case DELIVERED -> {
                if (current.reachedEnd()) {
                    current.artifact().delivered();
                }
                end(context, keep);
            }
            case CHANGED -> {
                desk.artifacts().withdraw(current.artifact());
                var _ = context.close();
            }
            case UNREADABLE -> {
                desk.events()
                        .problem("The file " + current.artifact().artifact().name()
                                + " cannot be read: mend its disk or take it away.");
                var _ = context.close();
            }
            case GONE -> {
                var _ = context.close();
            }
        }
        current.artifact().close();
    }

    private void end(ChannelHandlerContext context, boolean keep) {
        var written = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        written.addListener(done -> {
            answering = false;
            next(context);
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            next(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        BodySender current = sender;
        if (current != null) {
            current.abandon();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            desk.events().problem("The connection of " + address + " failed: " + cause + ".");
        }
        var _ = context.close();
    }
}
