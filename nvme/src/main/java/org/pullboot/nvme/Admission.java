package org.pullboot.nvme;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Counts connections, so that nobody has more than his share. Safe for use from several threads. */
final class Admission {
    private final int most;
    private final int mostPerAddress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private int total;

    Admission(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /** Counts a connection, unless there are too many. */
    boolean admit(InetAddress address) {
        lock.lock();
        try {
            int before = perAddress.getOrDefault(address, 0);
            if (total >= most || before >= mostPerAddress) {
                return false;
            }
            total++;
            perAddress.put(address, before + 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A connection that was counted is gone. */
    void gone(InetAddress address) {
        lock.lock();
        try {
            total--;
            perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        } finally {
            lock.unlock();
        }
    }

    /** Connections now. */
    int total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }
}
