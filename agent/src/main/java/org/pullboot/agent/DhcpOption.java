package org.pullboot.agent;

/** Codes of DHCPv4 options that the agent sends or reads (RFC 2132; others as noted). */
final class DhcpOption {
    static final int PAD = 0;
    static final int SUBNET_MASK = 1;
    static final int ROUTER = 3;
    static final int DNS_SERVER = 6;
    static final int HOST_NAME = 12;
    static final int DOMAIN_NAME = 15;
    static final int MTU = 26;
    static final int REQUESTED_ADDRESS = 50;
    static final int LEASE_SECONDS = 51;
    static final int OVERLOAD = 52;
    static final int MESSAGE_TYPE = 53;
    static final int SERVER_ID = 54;
    static final int PARAMETER_LIST = 55;
    static final int MESSAGE = 56;
    static final int MAXIMUM_SIZE = 57;
    static final int VENDOR_CLASS = 60;
    static final int CLIENT_ID = 61;
    static final int BOOT_FILE = 67;
    /** RFC 4039. */
    static final int RAPID_COMMIT = 80;
    /** RFC 3397. */
    static final int DOMAIN_SEARCH = 119;
    /** RFC 3442. */
    static final int CLASSLESS_ROUTES = 121;

    static final int END = 255;

    private DhcpOption() {}
}
