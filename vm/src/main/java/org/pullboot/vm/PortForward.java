package org.pullboot.vm;

/**
 * A TCP port of this machine's loopback address that leads to a port of the guest.
 *
 * @param hostPort 1 to 65535
 * @param guestPort 1 to 65535
 */
public record PortForward(int hostPort, int guestPort) {
    /** Checks the ports. */
    public PortForward {
        if (hostPort < 1 || hostPort > 65535 || guestPort < 1 || guestPort > 65535) {
            throw new IllegalArgumentException("ports are numbers from 1 to 65535, not " + hostPort + ":" + guestPort);
        }
    }

    /**
     * Reads {@code HOST:GUEST}.
     *
     * @throws IllegalArgumentException when it is not two ports
     */
    public static PortForward parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new PortForward(
                    Integer.parseInt(text.substring(0, Math.max(colon, 0))),
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a port forward is HOSTPORT:GUESTPORT, such as 2222:22, not '" + text + "'", e);
        }
    }
}
