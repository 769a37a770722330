package org.pullboot.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as the kernel describes it.
 *
 * @param index the kernel's number for it, positive, the same for its whole life
 * @param name its name, at most 15 bytes
 * @param hardwareType ARPHRD_*: 1 is Ethernet
 * @param macOrNull its address, null when it is none of 48 bits
 * @param flags IFF_* of linux/if.h
 * @param operState whether it can pass packets
 * @param mtu the longest packet it carries, in bytes
 * @param kindOrNull what made it ("veth", "bridge"), null for a network card
 */
public record Link(
        int index,
        String name,
        int hardwareType,
        @Nullable MacAddress macOrNull,
        int flags,
        OperState operState,
        int mtu,
        @Nullable String kindOrNull) {
    private static final int IFF_UP = 0x1;
    private static final int IFF_LOOPBACK = 0x8;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFF_SLAVE = 0x800;
    private static final int IFF_LOWER_UP = 0x10000;
    private static final int ARPHRD_ETHER = 1;

    /** Its address, empty when it is none of 48 bits. */
    public Optional<MacAddress> mac() {
        return Optional.ofNullable(macOrNull);
    }

    /** What made it, empty for a network card. */
    public Optional<String> kind() {
        return Optional.ofNullable(kindOrNull);
    }

    /** Whether it is set up by the administrator. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether it is up and the other end of the cable is there. */
    public boolean hasCarrier() {
        return (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0 && (flags & IFF_LOWER_UP) != 0;
    }

    /** Whether it is the loopback interface. */
    public boolean isLoopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    /** Whether it carries Ethernet frames. */
    public boolean isEthernet() {
        return hardwareType == ARPHRD_ETHER && !isLoopback();
    }

    /** Whether it works for another link: a bond's card, or the fast path of a Hyper-V card. */
    public boolean isSlave() {
        return (flags & IFF_SLAVE) != 0;
    }
}
