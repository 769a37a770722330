package org.pullboot.agent;

import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;

/** Tells refusals of the kernel that pass from those that stay. */
final class Transient {
    private Transient() {}

    /** Whether the same may work a little later. */
    static boolean isTransient(LinuxException refused) {
        return switch (refused.errno()) {
            case Errno.ENETDOWN,
                    Errno.ENOBUFS,
                    Errno.EAGAIN,
                    Errno.EINTR,
                    Errno.ENETUNREACH,
                    Errno.EHOSTUNREACH,
                    Errno.EADDRNOTAVAIL,
                    Errno.ENXIO -> true;
            default -> false;
        };
    }
}
