package org.pullboot.linux;

import java.lang.ref.Reference;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A socket that java.net cannot open: rtnetlink, packets of one link, or UDP bound to one link.
 *
 * <p>It never blocks but in {@link SocketPoll}. Used by one thread at a time.
 */
public abstract sealed class LinuxSocket implements AutoCloseable
        permits Netlink, NetlinkEvents, PacketSocket, BoundUdpSocket {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOL_SOCKET = 1;

    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_TRUNC = 0x20;
    private static final int NAME_BYTES = 128;

    private final String what;
    private final DirectMemory data;
    private final DirectMemory name = new DirectMemory(NAME_BYTES);
    private final DirectMemory option = new DirectMemory(NAME_BYTES);
    private int descriptor;

    /**
     * Opens a socket.
     *
     * @param what the socket's name for error messages
     * @param bytes the longest datagram it can send or receive
     */
    LinuxSocket(String what, int domain, int type, int protocol, int bytes) throws LinuxException {
        this.what = what;
        this.data = new DirectMemory(bytes);
        this.descriptor = (int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol),
                "open " + what);
    }

    final int descriptor() {
        return descriptor;
    }

    final String what() {
        return what;
    }

    final void setOption(int level, int key, int value) throws LinuxException {
        option.bytes().clear().putInt(value).flip();
        applyOption(level, key, 4);
    }

    final void setOption(int level, int key, byte[] value) throws LinuxException {
        option.bytes().clear().put(value).flip();
        applyOption(level, key, value.length);
    }

    private void applyOption(int level, int key, int length) throws LinuxException {
        long result = call(SyscallNumber.SETSOCKOPT, level, key, option.address(), length, 0);
        Syscall.check(result, "set option " + key + " of level " + level + " on " + what);
    }

    private long call(SyscallNumber number, long b, long c, long d, long e, long f) {
        try {
            return Syscall.call(number, descriptor, b, c, d, e, f);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Binds to the socket address in the buffer, from its position to its limit. */
    final void bind(ByteBuffer socketAddress) throws LinuxException {
        int length = putName(socketAddress);
        long result = call(SyscallNumber.BIND, name.address(), length, 0, 0, 0);
        Syscall.check(result, "bind " + what);
    }

    /** Sends one datagram. */
    final void send(ByteBuffer datagram, ByteBuffer socketAddress) throws LinuxException {
        if (datagram.remaining() > data.size()) {
            throw new IllegalArgumentException(
                    "a datagram of " + what + " has at most " + data.size() + " bytes, not " + datagram.remaining());
        }
        int length = datagram.remaining();
        data.bytes().clear().put(datagram.duplicate());
        int nameLength = putName(socketAddress);
        long result = call(SyscallNumber.SENDTO, data.address(), length, 0, name.address(), nameLength);
        Syscall.check(result, "send on " + what);
    }

    /**
     * Receives one datagram, or null when there is none now.
     *
     * @return the bytes in a buffer that the next call overwrites, in the machine's byte order
     */
    final @Nullable ByteBuffer receive() throws LinuxException {
        option.bytes().clear().putInt(NAME_BYTES);
        name.bytes().clear();
        long result =
                call(SyscallNumber.RECVFROM, data.address(), data.size(), MSG_TRUNC, name.address(), option.address());
        if (result == -Errno.EAGAIN.code() || result == -Errno.EINTR.code()) {
            return null;
        }
        long length = Syscall.check(result, "receive on " + what);
        name.bytes().limit(Math.clamp(option.bytes().getInt(0), 0, NAME_BYTES));
        ByteBuffer received = data.bytes().duplicate().order(ByteOrder.nativeOrder());
        // The kernel tells the true length of what was too long; such a datagram is nobody's we wait for.
        return received.clear().limit((int) Math.min(length, data.size()));
    }

    /** The sender of the datagram received last: a socket address of the domain. */
    final ByteBuffer sender() {
        return name.bytes();
    }

    private int putName(ByteBuffer socketAddress) {
        int length = socketAddress.remaining();
        name.bytes().clear().put(socketAddress.duplicate());
        return length;
    }

    static ByteBuffer nameBuffer(int size) {
        return ByteBuffer.wrap(new byte[size]).order(ByteOrder.nativeOrder());
    }

    /** A sockaddr_in. */
    static ByteBuffer name(Inet4Address address, int port) {
        ByteBuffer buffer = nameBuffer(16);
        buffer.putShort((short) AF_INET).put((byte) (port >>> 8)).put((byte) port);
        return buffer.put(address.getAddress()).clear();
    }

    /** A sockaddr_in6. */
    static ByteBuffer name(Inet6Address address, int port, int scope) {
        ByteBuffer buffer = nameBuffer(28);
        buffer.putShort((short) AF_INET6).put((byte) (port >>> 8)).put((byte) port);
        return buffer.putInt(0).put(address.getAddress()).putInt(scope).clear();
    }

    /** Closes the socket; a second call does nothing. */
    @Override
    public final void close() {
        if (descriptor >= 0) {
            // close(2) of a socket frees the descriptor whatever it answers: there is nothing left to do about it.
            Syscall.call(SyscallNumber.CLOSE, descriptor, 0, 0);
            descriptor = -1;
        }
    }
}
