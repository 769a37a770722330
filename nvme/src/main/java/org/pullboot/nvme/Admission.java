package org.pullboot.nvme;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections, so that nobody has more than his share. Safe for use from several threads.
 *
 * <p>A connection is a stranger until its queue may be used. Strangers get a quarter of the places, of all and of each
 * address; when there are more, the one that has been a stranger for longest has to leave. A host needs milliseconds to
 * be one no more, so that it gets in while others hold as many connections half open as they can.
 */
final class Admission {
    private static final int SHARE = 4;

    private final int most;
    private final int mostPerAddress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, Guests> perAddress = new HashMap<>();
    private final SequencedSet<Place> strangers = new LinkedHashSet<>();
    private int total;

    /** The connections of one address. */
    private static final class Guests {
        int count;
        final SequencedSet<Place> strangers = new LinkedHashSet<>();
    }

    /** The place of one connection. */
    final class Place {
        private final InetAddress address;
        private Runnable leave;
        private boolean asked;

        private Place(InetAddress address, Runnable leave) {
            this.address = address;
            this.leave = leave;
        }

        /** What is done from now on, by any thread, to make the connection leave; at once when it was asked to. */
        void whenAskedToLeave(Runnable action) {
            lock.lock();
            try {
                leave = action;
                if (!asked) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            action.run();
        }

        /** Its queue may be used. */
        void settled() {
            lock.lock();
            try {
                forget(this);
            } finally {
                lock.unlock();
            }
        }

        /** The connection is gone. */
        void gone() {
            lock.lock();
            try {
                forget(this);
                total--;
                perAddress.computeIfPresent(address, (_, guests) -> --guests.count == 0 ? null : guests);
            } finally {
                lock.unlock();
            }
        }
    }

    /** For so many connections, in all and of one address. */
    Admission(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /**
     * Takes a connection, for which another one may have to leave.
     *
     * @param leave done by any thread to make this one leave
     * @return null when there are too many
     */
    @Nullable
    Place admit(InetAddress address, Runnable leave) {
        Place place = new Place(address, leave);
        Runnable action;
        lock.lock();
        try {
            Guests guests = perAddress.getOrDefault(address, new Guests());
            if (total >= most || guests.count >= mostPerAddress) {
                return null;
            }
            perAddress.put(address, guests);
            total++;
            guests.count++;
            guests.strangers.add(place);
            strangers.add(place);
            Place oldest = tooMany(guests);
            if (oldest == null) {
                return place;
            }
            forget(oldest);
            oldest.asked = true;
            action = oldest.leave;
        } finally {
            lock.unlock();
        }
        action.run();
        return place;
    }

    private @Nullable Place tooMany(Guests guests) {
        if (guests.strangers.size() > Math.max(1, mostPerAddress / SHARE)) {
            return guests.strangers.getFirst();
        }
        return strangers.size() > Math.max(1, most / SHARE) ? strangers.getFirst() : null;
    }

    /** It is no stranger any more. */
    private void forget(Place place) {
        strangers.remove(place);
        Guests guests = perAddress.get(place.address);
        if (guests != null) {
            guests.strangers.remove(place);
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
