package org.pullboot.agent;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address given on the kernel command line.
 *
 * @param prefixLength bits of its network
 * @param peer the other end of a point-to-point link, else null
 * @param gateway the default route's next hop, else null
 */
record StaticAddress(
        InetAddress address,
        int prefixLength,
        @Nullable InetAddress peer,
        @Nullable InetAddress gateway) {
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
