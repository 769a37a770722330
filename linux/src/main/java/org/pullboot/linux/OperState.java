package org.pullboot.linux;

/** The operational state of a link, RFC 2863 section 3.1.14, in the order of linux/if.h. */
public enum OperState {
    /** The driver does not tell. */
    UNKNOWN,
    /** Something is missing, usually hardware. */
    NOT_PRESENT,
    /** It cannot pass packets. */
    DOWN,
    /** The link below it is down. */
    LOWER_LAYER_DOWN,
    /** It is being tested. */
    TESTING,
    /** It waits for something outside, such as 802.1X. */
    DORMANT,
    /** It can pass packets. */
    UP;

    private static final OperState[] ALL = values();

    static OperState of(int value) {
        return value >= 0 && value < ALL.length ? ALL[value] : UNKNOWN;
    }
}
