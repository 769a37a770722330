package org.pullboot.pull;

import java.util.Optional;

/**
 * The value of {@code root=} that names an NVMe/TCP subsystem, {@code nvme:tcp:ADDR:PORT:NQN[:PART]}
 * (docs/PROTOCOL.md).
 *
 * @param address an IP address without brackets, a host name, or {@link #BOOT_ORIGIN}
 * @param port its TCP port
 * @param subsystem the subsystem's NQN
 * @param part what the root's partition is: a number, a label, or empty for what the partition table says
 */
public record NvmeRoot(String address, int port, String subsystem, String part) {
    /** The address that means the host of the URL this machine was booted from. */
    public static final String BOOT_ORIGIN = "bootorigin";

    private static final String PREFIX = "nvme:";
    private static final String UUID_NQN = "nqn.2014-08.org.nvmexpress:uuid:";
    private static final int UUID_LENGTH = 36;

    /**
     * Understands the value of {@code root=}.
     *
     * @return nothing when it is of another form
     * @throws PullException when it begins like this form and is none
     */
    public static Optional<NvmeRoot> parse(String value) throws PullException {
        if (!value.startsWith(PREFIX)) {
            return Optional.empty();
        }
        if (!value.startsWith("tcp:", PREFIX.length())) {
            throw refused(value, "the transport must be tcp");
        }
        int start = PREFIX.length() + 4;
        boolean bracket = value.startsWith("[", start);
        int end = bracket ? value.indexOf("]:", start) + 1 : value.indexOf(':', start);
        int portEnd = end <= 0 ? -1 : value.indexOf(':', end + 1);
        if (portEnd < 0) {
            throw refused(value, "something is missing");
        }
        String address = bracket ? value.substring(start + 1, end - 1) : value.substring(start, end);
        String port = value.substring(end + 1, portEnd);
        int number = port.isEmpty() ? NvmeText.DEFAULT_PORT : NvmeText.port(port);
        if (!NvmeText.isAddress(address)) {
            throw refused(value, "ADDR is no address");
        }
        if (number < 0) {
            throw refused(value, "PORT is no TCP port");
        }
        String rest = value.substring(portEnd + 1);
        int nqnEnd = nqnEnd(rest);
        String nqn = rest.startsWith("[") ? rest.substring(1, Math.max(1, nqnEnd - 1)) : rest.substring(0, nqnEnd);
        if (!NvmeText.isNqn(nqn)) {
            throw refused(value, "NQN is no NVMe qualified name");
        }
        if (nqnEnd < rest.length() && rest.charAt(nqnEnd) != ':') {
            throw refused(value, "a colon must follow NQN");
        }
        String part = nqnEnd < rest.length() ? rest.substring(nqnEnd + 1) : "";
        return Optional.of(new NvmeRoot(address, number, nqn, part));
    }

    /** An NQN has colons of its own: it is in brackets, or a UUID follows, or it ends at its second colon. */
    private static int nqnEnd(String rest) {
        if (rest.startsWith("[")) {
            return rest.indexOf(']') + 1;
        }
        if (rest.startsWith(UUID_NQN)) {
            return Math.min(rest.length(), UUID_NQN.length() + UUID_LENGTH);
        }
        int second = rest.indexOf(':', rest.indexOf(':') + 1);
        return second < 0 ? rest.length() : second;
    }

    private static PullException refused(String value, String why) {
        return new PullException("root=" + Text.shown(value) + " is no nvme:tcp:ADDR:PORT:NQN[:PART]: " + why);
    }
}
