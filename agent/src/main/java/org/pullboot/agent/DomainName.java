package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;

/** Domain names from the network: plain text, or the labels of RFC 1035 section 3.1. */
final class DomainName {
    private static final int LONGEST = 253;
    private static final int MOST = 32;

    private DomainName() {}

    /** Whether it can stand in a resolver's configuration: letters, digits, hyphens, underscores, single dots. */
    static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return false;
        }
        char previous = '.';
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!plain && (c != '.' || previous == '.')) {
                return false;
            }
            previous = c;
        }
        return true;
    }

    /**
     * Reads names made of labels, one after the other; an empty name between them is padding (RFC 8106 section 5.2).
     *
     * @param compressed whether a name may end in a pointer to an earlier one (RFC 3397 section 2)
     * @throws DhcpException when labels are broken, or there are more than 32 names
     */
    static List<String> decode(byte[] bytes, boolean compressed) throws DhcpException {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            if (names.size() == MOST) {
                throw new DhcpException("more than " + MOST + " domain names");
            }
            StringBuilder name = new StringBuilder();
            at = decodeOne(bytes, at, compressed, name);
            if (!name.isEmpty()) {
                if (!isValid(name.toString())) {
                    throw new DhcpException("a domain name with characters that no name has");
                }
                names.add(name.toString());
            }
        }
        return names;
    }

    /** Appends the name that starts there and tells where the next one starts. */
    private static int decodeOne(byte[] bytes, int start, boolean compressed, StringBuilder name) throws DhcpException {
        int at = start;
        int next = -1;
        int lowest = start;
        for (; ; ) {
            if (at >= bytes.length) {
                throw new DhcpException("a domain name that ends in the middle");
            }
            int length = bytes[at] & 0xff;
            if (length == 0) {
                return next < 0 ? at + 1 : next;
            }
            if (length >= 0xc0 && compressed && at + 1 < bytes.length) {
                int target = ((length & 0x3f) << 8) | (bytes[at + 1] & 0xff);
                // Each jump goes further back than any before, so there is an end.
                if (target >= lowest) {
                    throw new DhcpException("a domain name that points at itself");
                }
                next = next < 0 ? at + 2 : next;
                lowest = target;
                at = target;
                continue;
            }
            if (length > 63 || at + length >= bytes.length || name.length() + length > LONGEST) {
                throw new DhcpException("a domain name with a label that is too long");
            }
            if (!name.isEmpty()) {
                name.append('.');
            }
            for (int i = 1; i <= length; i++) {
                name.append((char) (bytes[at + i] & 0xff));
            }
            at += length + 1;
        }
    }
}
