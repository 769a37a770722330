package org.pullboot.agent;

/**
 * How long to wait for what, all in milliseconds.
 *
 * @param card for a network card to appear, from the start
 * @param carrier for a card's cable to show a link, from when it is set up
 * @param dhcp4 for a DHCPv4 lease, from when there is a link
 * @param ipv6 for an IPv6 address by router or DHCPv6, from when there is a link
 * @param duplicateCheck for an IPv6 address to prove that nobody else has it
 */
record NetworkTimeouts(long card, long carrier, long dhcp4, long ipv6, long duplicateCheck) {
    /** Long enough for slow switches: a machine that waits for nothing else loses nothing by it. */
    static final NetworkTimeouts DEFAULT = new NetworkTimeouts(15_000, 30_000, 60_000, 60_000, 20_000);
}
