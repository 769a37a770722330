package org.pullboot.linux;

import java.net.InetAddress;

/**
 * An address of a link.
 *
 * @param linkIndex the link
 * @param address IPv4 or IPv6; a link-local one has no scope here: the link is it
 * @param prefixLength bits of the network, 0 to 32 or 128
 * @param flags IFA_F_* of linux/if_addr.h
 * @param scope RT_SCOPE_* of linux/rtnetlink.h: 0 global, 253 this link, 254 this machine
 */
public record LinkAddress(int linkIndex, InetAddress address, int prefixLength, int flags, int scope) {
    private static final int IFA_F_OPTIMISTIC = 0x04;
    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_DEPRECATED = 0x20;
    private static final int IFA_F_TENTATIVE = 0x40;

    /** Whether it cannot be used yet: the kernel still asks if someone else has it (RFC 4862 section 5.4). */
    public boolean isTentative() {
        return (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
    }

    /** Whether someone else on the link has it. */
    public boolean isDuplicate() {
        return (flags & IFA_F_DADFAILED) != 0;
    }

    /** Whether it is past its preferred lifetime. */
    public boolean isDeprecated() {
        return (flags & IFA_F_DEPRECATED) != 0;
    }

    /** Whether it is good beyond this link. */
    public boolean isGlobal() {
        return scope == 0;
    }

    /** Address and prefix length: {@code 192.0.2.1/24}. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
