package org.pullboot.uefi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Pieces of the text form of device paths (UEFI 2.10, section 10.6). */
final class NodeText {
    private NodeText() {}

    static String hex(int value, int digits) {
        return HexFormat.of().toHexDigits(value, digits);
    }

    /** An IPv4 or IPv6 address, told apart by its length of 4 or 16 bytes. */
    static String address(Bytes address) {
        try {
            return InetAddress.getByAddress(address.toArray()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes, not " + address.length(), e);
        }
    }

    static String protocol(int number) {
        return switch (number) {
            case 6 -> "TCP";
            case 17 -> "UDP";
            default -> "0x" + Integer.toHexString(number);
        };
    }
}
