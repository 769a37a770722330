package org.pullboot.agent;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.MacAddress;

/**
 * One {@code ip=} option of the kernel command line, in the grammar of dracut.cmdline(7) and
 * systemd-network-generator(8):
 *
 * <pre>
 * ip=METHOD
 * ip=INTERFACE:METHOD[:[MTU][:MAC]]
 * ip=CLIENT[/PREFIX]:[PEER]:[GATEWAY]:[NETMASK]:[HOSTNAME]:[INTERFACE]:[METHOD][:[MTU][:MAC]]
 * ip=CLIENT[/PREFIX]:[PEER]:[GATEWAY]:[NETMASK]:[HOSTNAME]:[INTERFACE]:[METHOD][:[DNS1][:[DNS2][:NTP]]]
 * </pre>
 *
 * <p>IPv6 addresses stand in brackets. An interface is a name, {@code BOOTIF}, or a MAC address with dashes.
 *
 * @param interfaceName the link it is for; empty for every one
 * @param addressOrNull the address it gives, null for none
 * @param hostName the machine's name; empty for none
 * @param mtu the link's longest packet; 0 leaves it as it is
 * @param macOrNull the address that the link's card shall have, null for its own
 * @param nameservers DNS servers
 */
record IpOption(
        String interfaceName,
        IpMethod method,
        @Nullable StaticAddress addressOrNull,
        String hostName,
        int mtu,
        @Nullable MacAddress macOrNull,
        List<InetAddress> nameservers) {
    /** The interface that stands for the one of {@code BOOTIF=}. */
    static final String BOOT_INTERFACE = "BOOTIF";

    private static final int METHOD_FIELD = 6;
    private static final int MOST_FIELDS = 64;
    private static final int LONGEST_NAME = 15;
    private static final int IPV6_PREFIX = 64;

    /** What systemd does with {@code ip=any}. */
    static IpOption any() {
        return ofMethod("", IpMethod.ANY);
    }

    private static IpOption ofMethod(String interfaceName, IpMethod method) {
        return new IpOption(interfaceName, method, null, "", 0, null, List.of());
    }

    /**
     * Reads the option's value.
     *
     * @throws NetworkException when it is not of this grammar; the message quotes it
     */
    static IpOption parse(String value) throws NetworkException {
        return new Parser(value).parse();
    }

    private static final class Parser {
        private final String value;
        private final List<String> fields;

        Parser(String value) throws NetworkException {
            this.value = value;
            this.fields = split();
        }

        IpOption parse() throws NetworkException {
            if (fields.size() == 1) {
                return ofMethod("", method(fields.getFirst()));
            }
            String first = fields.getFirst();
            if (first.isEmpty() || address(withoutPrefix(first)) != null) {
                return full();
            }
            IpOption plain = ofMethod(interfaceName(first), method(fields.get(1)));
            return withMtuAndMac(plain, 2);
        }

        private IpOption full() throws NetworkException {
            IpMethod method = field(METHOD_FIELD).isEmpty() ? defaultMethod() : method(field(METHOD_FIELD));
            String hostName = field(4);
            if (!hostName.isEmpty() && !DomainName.isValid(hostName)) {
                throw wrong("\"" + hostName + "\" is no host name");
            }
            String name = field(5).isEmpty() ? "" : interfaceName(field(5));
            IpOption option = new IpOption(name, method, staticAddress(), hostName, 0, null, List.of());
            if (addressesFollow()) {
                return withNameservers(option);
            }
            return withMtuAndMac(option, METHOD_FIELD + 1);
        }

        private IpMethod defaultMethod() {
            return fields.getFirst().isEmpty() ? IpMethod.ANY : IpMethod.NONE;
        }

        private @Nullable StaticAddress staticAddress() throws NetworkException {
            String client = fields.getFirst();
            if (client.isEmpty()) {
                return null;
            }
            InetAddress address = required(withoutPrefix(client));
            if (!IpAddress.isHost(address)) {
                throw wrong(address.getHostAddress() + " cannot be a machine's address");
            }
            int slash = client.indexOf('/');
            String mask = slash >= 0 ? client.substring(slash + 1) : field(3);
            InetAddress peer = optional(field(1), address);
            InetAddress gateway = optional(field(2), address);
            return new StaticAddress(address, prefixLength(mask, address), peer, gateway);
        }

        private int prefixLength(String mask, InetAddress address) throws NetworkException {
            if (mask.isEmpty()) {
                return address instanceof Inet4Address ? IpAddress.classPrefixLength(address) : IPV6_PREFIX;
            }
            InetAddress dotted = address(mask);
            int length = dotted == null ? number(mask, 128) : IpAddress.prefixLength(dotted.getAddress());
            if (length < 1 || length > IpAddress.bits(address)) {
                throw wrong("\"" + mask + "\" is no netmask of " + address.getHostAddress());
            }
            return length;
        }

        /** Whether what follows the method is DNS servers, not MTU and MAC address. */
        private boolean addressesFollow() {
            for (int i = METHOD_FIELD + 1; i < fields.size(); i++) {
                if (address(fields.get(i)) != null) {
                    return true;
                }
            }
            return false;
        }

        private IpOption withNameservers(IpOption option) throws NetworkException {
            List<InetAddress> servers = new ArrayList<>();
            // The third is a time server, which nothing here asks.
            for (int i = METHOD_FIELD + 1; i < METHOD_FIELD + 3; i++) {
                if (!field(i).isEmpty()) {
                    servers.add(required(field(i)));
                }
            }
            if (fields.size() > METHOD_FIELD + 4) {
                throw wrong("there is more than two DNS servers and a time server behind the method");
            }
            return new IpOption(
                    option.interfaceName, option.method, option.addressOrNull, option.hostName, 0, null, servers);
        }

        private IpOption withMtuAndMac(IpOption option, int from) throws NetworkException {
            int mtu = field(from).isEmpty() ? 0 : number(field(from), 65535);
            if (mtu < 0) {
                throw wrong("\"" + field(from) + "\" is no MTU");
            }
            MacAddress mac = null;
            if (fields.size() > from + 1) {
                String text = String.join(":", fields.subList(from + 1, fields.size()));
                mac = text.isEmpty() ? null : MacAddress.parse(text).orElse(null);
                if (mac == null && !text.isEmpty()) {
                    throw wrong("\"" + text + "\" is no MAC address");
                }
            }
            return new IpOption(
                    option.interfaceName,
                    option.method,
                    option.addressOrNull,
                    option.hostName,
                    mtu,
                    mac,
                    option.nameservers);
        }

        private IpMethod method(String word) throws NetworkException {
            Optional<IpMethod> method = IpMethod.named(word);
            if (method.isEmpty()) {
                throw wrong("\"" + word
                        + "\" is none of the methods any, dhcp, dhcp6, auto6, either6, link-local, none and off");
            }
            return method.get();
        }

        private String interfaceName(String name) throws NetworkException {
            if (MacAddress.parse(name).isPresent()) {
                return name;
            }
            if (!isInterfaceName(name)) {
                throw wrong("\"" + name + "\" is no name of a network interface");
            }
            return name;
        }

        private @Nullable InetAddress optional(String text, InetAddress sibling) throws NetworkException {
            if (text.isEmpty()) {
                return null;
            }
            InetAddress address = required(text);
            if (IpAddress.bits(address) != IpAddress.bits(sibling)) {
                throw wrong(text + " and " + sibling.getHostAddress() + " are of two address families");
            }
            return address;
        }

        private InetAddress required(String text) throws NetworkException {
            InetAddress address = address(text);
            if (address == null) {
                throw wrong("\"" + text + "\" is no IP address");
            }
            return address;
        }

        private static @Nullable InetAddress address(String text) {
            return IpAddress.parse(text).orElse(null);
        }

        private static String withoutPrefix(String text) {
            int slash = text.indexOf('/');
            return slash < 0 ? text : text.substring(0, slash);
        }

        private String field(int index) {
            return index < fields.size() ? fields.get(index) : "";
        }

        /** The fields between colons; what stands in brackets is taken out of them. */
        private List<String> split() throws NetworkException {
            List<String> parts = new ArrayList<>();
            StringBuilder part = new StringBuilder();
            boolean inside = false;
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '[' && !inside && part.isEmpty()) {
                    inside = true;
                } else if (c == ']' && inside) {
                    inside = false;
                } else if (c == ':' && !inside) {
                    parts.add(part.toString());
                    part.setLength(0);
                } else {
                    part.append(c);
                }
            }
            parts.add(part.toString());
            if (inside) {
                throw wrong("a bracket is not closed");
            }
            if (parts.size() > MOST_FIELDS) {
                throw wrong("it has " + parts.size() + " fields");
            }
            return parts;
        }

        private NetworkException wrong(String why) {
            return new NetworkException("ip=" + value + " on the kernel command line is not understood: " + why);
        }
    }

    /** Whether a link can be called that. */
    static boolean isInterfaceName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == '/' || c == ':' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** A decimal number from 0 to the most, or -1. */
    static int number(String text, int most) {
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
            if (number > most) {
                return -1;
            }
        }
        return text.isEmpty() ? -1 : number;
    }
}
