package org.pullboot.agent;

import org.pullboot.linux.MacAddress;

/** {@code BOOTIF=01-AA-BB-CC-DD-EE-FF}: the card that a PXE loader booted from, behind the number of its hardware type. */
final class BootIf {
    private BootIf() {}

    /**
     * Reads the option's value, with or without the hardware type, which must be that of Ethernet.
     *
     * @throws NetworkException when it is no such address
     */
    static MacAddress parse(String value) throws NetworkException {
        boolean typed = value.length() == 3 * MacAddress.LENGTH + 2;
        if (typed && !value.startsWith("01-") && !value.startsWith("01:")) {
            throw new NetworkException("BOOTIF=" + value
                    + " on the kernel command line is not understood: it is no Ethernet card, which begins with 01-");
        }
        MacAddress mac = MacAddress.parse(typed ? value.substring(3) : value).orElse(null);
        // The lowest bit of the first byte marks a group of cards: so does the type, when the address is cut off.
        if (mac == null || (mac.bytes()[0] & 1) != 0) {
            throw new NetworkException(
                    "BOOTIF=" + value
                            + " on the kernel command line is not understood: something like 01-52-54-00-12-34-56 was expected");
        }
        return mac;
    }
}
