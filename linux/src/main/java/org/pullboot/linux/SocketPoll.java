package org.pullboot.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Waits until one of several sockets has something to receive: ppoll(2). Used by one thread. */
public final class SocketPoll {
    private static final int POLLIN = 1;
    private static final int ENTRY = 8;
    private static final int MOST = 256;

    private final DirectMemory entries = new DirectMemory(MOST * ENTRY);
    private final DirectMemory timeout = new DirectMemory(16);
    private final List<LinuxSocket> sockets = new ArrayList<>();

    /** An empty set of sockets. */
    public SocketPoll() {}

    /** Forgets all sockets. */
    public void clear() {
        sockets.clear();
    }

    /** Adds an open socket; at most 256. */
    public void add(LinuxSocket socket) {
        if (sockets.size() == MOST) {
            throw new IllegalStateException("at most " + MOST + " sockets can be waited for");
        }
        sockets.add(socket);
    }

    /**
     * Waits until a socket has something to receive or an error to tell, or the time is over, or a signal came.
     *
     * @param millis how long at most; 0 or less only looks
     */
    public void await(long millis) throws LinuxException {
        ByteBuffer buffer = entries.bytes().clear();
        for (int i = 0; i < sockets.size(); i++) {
            buffer.putInt(sockets.get(i).descriptor()).putInt(POLLIN);
        }
        long wait = Math.max(0, millis);
        timeout.bytes().clear().putLong(wait / 1000).putLong(wait % 1000 * 1_000_000);
        long result;
        try {
            result = Syscall.call(SyscallNumber.PPOLL, entries.address(), sockets.size(), timeout.address(), 0, 0, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
        if (result != -Errno.EINTR.code()) {
            Syscall.check(result, "wait for " + sockets.size() + " sockets");
        }
    }

    /** Whether the last wait found something on the socket. */
    public boolean isReady(LinuxSocket socket) {
        int index = sockets.indexOf(socket);
        return index >= 0 && entries.bytes().getShort(index * ENTRY + 6) != 0;
    }

    static boolean await(LinuxSocket socket, long millis) throws LinuxException {
        SocketPoll poll = new SocketPoll();
        poll.add(socket);
        poll.await(millis);
        return poll.isReady(socket);
    }
}
