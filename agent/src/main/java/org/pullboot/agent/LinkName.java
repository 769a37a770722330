package org.pullboot.agent;

import org.pullboot.linux.MacAddress;

/** {@code ifname=NAME:MAC}: what the link of a card shall be called. */
record LinkName(String name, MacAddress mac) {
    /**
     * Reads the option's value.
     *
     * @throws NetworkException when it is not of this form
     */
    static LinkName parse(String value) throws NetworkException {
        int colon = value.indexOf(':');
        MacAddress mac =
                colon < 0 ? null : MacAddress.parse(value.substring(colon + 1)).orElse(null);
        if (mac == null || !IpOption.isInterfaceName(value.substring(0, colon))) {
            throw new NetworkException(
                    "ifname=" + value
                            + " on the kernel command line is not understood: something like net0:52:54:00:12:34:56 was expected");
        }
        return new LinkName(value.substring(0, colon), mac);
    }
}
