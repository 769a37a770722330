package org.pullboot.uefi;

import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * An http or https URL that firmware can boot from (UEFI 2.10, section 24.7, and what EDK2's HTTP boot driver makes of it).
 * What firmware would misread is refused with the reason; what it would ignore is left out. Immutable.
 */
public final class BootUri {
    private static final int MAX_LENGTH = DeviceNode.MAX_BODY - 1;
    private static final int SETUP_PAGE_LENGTH = 255;
    private static final int MAX_PORT = 65535;

    private final String scheme;
    private final String host;
    private final OptionalInt port;
    private final String target;

    private BootUri(String scheme, String host, OptionalInt port, String target) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.target = target;
    }

    /**
     * Reads and normalises a URL: scheme in lower case, no fragment, and at least a slash behind the host.
     *
     * @throws UefiException with the reason why firmware could not boot from it
     */
    public static BootUri parse(String url) throws UefiException {
        checkCharacters(url);
        int schemeEnd = url.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : url.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new UefiException("firmware boots from http:// and https:// URLs only, not from '" + url + "'");
        }
        String rest = url.substring(schemeEnd + 3);
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int authorityEnd = endOfAuthority(rest);
        String authority = rest.substring(0, authorityEnd);
        String target = rest.substring(authorityEnd);
        // EDK2 reads past the end of a URL without a slash behind the authority.
        target = target.startsWith("/") ? target : "/" + target;
        checkEscapes(target, url);
        BootUri uri = new BootUri(scheme, hostOf(authority, url), portOf(authority, url), target);
        if (uri.toString().length() > MAX_LENGTH) {
            throw new UefiException("a boot entry holds a URL of at most " + MAX_LENGTH + " characters, not "
                    + uri.toString().length());
        }
        return uri;
    }

    /** The same URL on another host. */
    public BootUri withHost(String otherHost) throws UefiException {
        return parse(new BootUri(scheme, otherHost, port, target).toString());
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return scheme;
    }

    /** A name, an IPv4 address, or an IPv6 address in brackets. */
    public String host() {
        return host;
    }

    /** The port if the URL names one, 1 to 65535. */
    public OptionalInt port() {
        return port;
    }

    /** Path and query; begins with a slash. */
    public String target() {
        return target;
    }

    /** The last component of the path, still percent-encoded; empty when the path ends with a slash. */
    public String fileName() {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether the host is an IPv6 address. */
    public boolean isIpv6() {
        return host.startsWith("[");
    }

    /** Whether the host is the machine that reads the URL: localhost, 127.0.0.0/8 or [::1]. */
    public boolean isLoopback() {
        if (host.startsWith("[")) {
            return Inet6Address.ofLiteral(host.substring(1, host.length() - 1)).isLoopbackAddress();
        }
        return host.equalsIgnoreCase("localhost") || (isIpv4(host) && host.startsWith("127."));
    }

    /** What may keep a machine from booting from it, one sentence each; often nothing. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        String name = fileName().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".efi") && !name.endsWith(".iso") && !name.endsWith(".img")) {
            warnings.add(
                    "'" + fileName() + "' does not end with .efi: the server must send Content-Type: application/efi");
        }
        if (isLoopback()) {
            warnings.add(host + " is the booting machine itself: name an address of the server that it can reach");
        } else if (!host.startsWith("[") && !isIpv4(host)) {
            warnings.add("the machine needs a name server from DHCP to find " + host);
        }
        if (scheme.equals("https")) {
            warnings.add("the machine's firmware must trust the certificate of " + host);
        }
        if (toString().length() > SETUP_PAGE_LENGTH) {
            warnings.add("the URL has " + toString().length() + " characters: setup pages of firmware take "
                    + SETUP_PAGE_LENGTH);
        }
        return warnings;
    }

    /** The URL as it goes into a boot entry. */
    @Override
    public String toString() {
        return scheme + "://" + host + (port.isPresent() ? ":" + port.getAsInt() : "") + target;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BootUri that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    private static void checkCharacters(String url) throws UefiException {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>') {
                throw new UefiException("firmware sends a URL as it is written, and the character at position "
                        + (i + 1) + " cannot stand in a request: write it as %XX");
            }
        }
    }

    private static int endOfAuthority(String rest) {
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        return end;
    }

    private static void checkEscapes(String target, String url) throws UefiException {
        for (int at = target.indexOf('%'); at >= 0; at = target.indexOf('%', at + 1)) {
            if (at + 2 >= target.length() || !isHex(target.charAt(at + 1)) || !isHex(target.charAt(at + 2))) {
                throw new UefiException("two hexadecimal digits follow a % in a URL, but not in '" + url + "'");
            }
        }
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    private static String hostOf(String authority, String url) throws UefiException {
        if (authority.indexOf('@') >= 0) {
            throw new UefiException("firmware ignores the user name and password in a URL, and anyone could read them "
                    + "in the boot entry: leave them out");
        }
        int bracket = authority.indexOf(']');
        if (authority.startsWith("[") && bracket > 0) {
            checkIpv6(authority.substring(1, bracket));
            return authority.substring(0, bracket + 1);
        }
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (!isName(host)) {
            throw new UefiException(
                    "a boot URL names a host, an IPv4 address or an IPv6 address in brackets, but not '" + url + "'");
        }
        boolean numeric = host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (numeric && !isIpv4(host)) {
            throw new UefiException("an IPv4 address has four numbers from 0 to 255, not '" + host + "'");
        }
        return host;
    }

    private static void checkIpv6(String address) throws UefiException {
        try {
            if (address.indexOf('%') < 0) {
                Inet6Address.ofLiteral(address);
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new UefiException("'" + address + "' is no IPv6 address");
        }
        throw new UefiException("firmware knows no zones: '" + address + "' must be an address without %");
    }

    private static boolean isIpv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(String host) {
        return !host.isEmpty()
                && host.length() <= 253
                && host.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '-'
                                || c == '_'
                                || c == '.');
    }

    private static OptionalInt portOf(String authority, String url) throws UefiException {
        int colon = authority.indexOf(':', Math.max(0, authority.indexOf(']')));
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : colon;
        if (colon < 0 && (end < 0 || end == authority.length())) {
            return OptionalInt.empty();
        }
        String digits = colon == end ? authority.substring(colon + 1) : "";
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new UefiException("the port of a boot URL is a number from 1 to 65535, but not in '" + url + "'");
        }
        return OptionalInt.of(port);
    }
}
