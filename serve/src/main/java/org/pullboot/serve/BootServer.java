package org.pullboot.serve;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.OpenArtifact;

/**
 * Answers firmware, systemd and the agent over HTTP (docs/PROTOCOL.md) with what a fleet has.
 *
 * <p>A few event loops send files by sendfile(2); state is written on one thread beside them. The kernel chooses the size of
 * send buffers: one of a fixed size took half as much CPU time again for the same bytes. Safe for use from several threads.
 */
public final class BootServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int QUEUED_WRITES = 1000;
    private static final int MAX_LOOPS = 4;

    private final EventLoopGroup loops;
    private final ThreadPoolExecutor writes;
    private final ThreadPoolExecutor rechecks;
    private final ChannelGroup connections;
    private final Channel listener;

    private BootServer(
            EventLoopGroup loops,
            ThreadPoolExecutor writes,
            ThreadPoolExecutor rechecks,
            ChannelGroup connections,
            Channel listener) {
        this.loops = loops;
        this.writes = writes;
        this.rechecks = rechecks;
        this.connections = connections;
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param listen port 0 takes any free one
     * @param signatures of the checksum lists
     * @param disks where machines have their root; null when they download it
     * @param withdrawals told of each file that was written in place
     * @param buffered what the buffers between server and a reader on this machine hold at most, in bytes
     * @throws IOException when it cannot listen there
     */
    static BootServer start(
            InetSocketAddress listen,
            Fleet fleet,
            ListSignatures signatures,
            @Nullable DiskServer disks,
            ServerLimits limits,
            Events events,
            Consumer<OpenArtifact> withdrawals,
            long buffered)
            throws IOException {
        ThreadPoolExecutor writes = worker("state", QUEUED_WRITES);
        ThreadPoolExecutor rechecks = worker("recheck", Integer.MAX_VALUE);
        Desk desk = new Desk(
                new ArtifactDesk(fleet, signatures, events, withdrawals),
                new AgentDesk(fleet, disks, events),
                events,
                limits,
                new ConnectionCount(limits),
                writes,
                rechecks,
                buffered);
        int processors = Runtime.getRuntime().availableProcessors();
        Transport transport = Transport.best();
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(Math.clamp(processors, 1, MAX_LOOPS), transport.handler());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(transport.listener())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new Pipeline(desk, connections))
                .bind(listen)
                .awaitUninterruptibly();
        BootServer server = new BootServer(loops, writes, rechecks, connections, bound.channel());
        if (!bound.isSuccess()) {
            server.close();
            throw new IOException(
                    "cannot listen on " + text(listen) + " (" + bound.cause().getMessage()
                            + "): choose another one with --listen",
                    bound.cause());
        }
        return server;
    }

    private static ThreadPoolExecutor worker(String name, int queued) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queued),
                Thread.ofPlatform().daemon().name(name).factory());
    }

    static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** How many connections there are. */
    int connections() {
        return connections.size();
    }

    /** Ends every connection, at once. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        writes.shutdown();
        rechecks.shutdownNow();
    }

    /** Sets up a connection, or ends it at once when there are too many. */
    private static final class Pipeline extends ChannelInitializer<SocketChannel> {
        private final Desk desk;
        private final ChannelGroup connections;

        Pipeline(Desk desk, ChannelGroup connections) {
            this.desk = desk;
            this.connections = connections;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            InetSocketAddress remote = channel.remoteAddress();
            String address = remote.getAddress().getHostAddress();
            if (!desk.count().enter(address)) {
                desk.events().problem("There are too many connections; one more from " + address + " was refused.");
                var _ = channel.close();
                return;
            }
            channel.closeFuture().addListener(closed -> desk.count().leave(address));
            connections.add(channel);
            HttpDecoderConfig config = new HttpDecoderConfig()
                    .setMaxInitialLineLength(desk.limits().requestLine())
                    .setMaxHeaderSize(desk.limits().header());
            channel.pipeline()
                    .addLast(new HttpRequestDecoder(config))
                    .addLast(new HttpResponseEncoder())
                    .addLast(new Connection(desk, address));
        }
    }
}
