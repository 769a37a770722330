package org.pullboot.agent;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The line that makes the kernel connect to an NVMe/TCP subsystem: names and values with commas between. */
final class NvmeConnectLine {
    /** For ever: the root must wait for its server, as nothing runs without it. */
    private static final String NEVER_GIVE_UP = "-1";

    private static final String RECONNECT_SECONDS = "2";
    /** A server that is silent for so long is taken for gone. Less would part from one that is only busy. */
    private static final String KEEP_ALIVE_SECONDS = "15";

    private static final int QUEUES = 4;

    private final String supported;
    private final StringBuilder line = new StringBuilder();

    private NvmeConnectLine(String supported) {
        this.supported = supported;
    }

    /**
     * Makes the line.
     *
     * @param address the server's
     * @param processors how many this machine has: it needs no more queues
     * @param supported the options that the kernel takes, with commas between; empty when it does not tell
     * @throws AgentException when the kernel cannot do without which the disk cannot be used
     */
    static String of(NvmeDisk disk, InetAddress address, int processors, String supported) throws AgentException {
        NvmeConnectLine line = new NvmeConnectLine("," + supported + ",");
        line.add("transport", "tcp");
        line.add("traddr", address.getHostAddress());
        line.add("trsvcid", Integer.toString(disk.port()));
        line.add("nqn", disk.subsystem());
        line.add("hostnqn", disk.host().nqn());
        line.add("hostid", disk.host().id());
        line.addWish("ctrl_loss_tmo", "%d", NEVER_GIVE_UP);
        line.addWish("reconnect_delay", "%d", RECONNECT_SECONDS);
        line.addWish("keep_alive_tmo", "%d", KEEP_ALIVE_SECONDS);
        int queues = disk.options().queues() > 0 ? disk.options().queues() : QUEUES;
        line.addWish("nr_io_queues", "%d", Integer.toString(Math.min(processors, queues)));
        line.addWish("disable_sqflow", "", null);
        if (disk.options().headerDigest()) {
            line.addNeeded("hdr_digest", "", null);
        }
        if (disk.options().dataDigest()) {
            line.addNeeded("data_digest", "", null);
        }
        if (disk.secret() != null) {
            line.addNeeded("dhchap_secret", "%s", disk.secret());
        }
        if (disk.controllerSecret() != null) {
            line.addNeeded("dhchap_ctrl_secret", "%s", disk.controllerSecret());
        }
        return line.line.toString();
    }

    private void add(String name, @Nullable String value) {
        line.append(line.isEmpty() ? "" : ",").append(name);
        if (value != null) {
            line.append('=').append(value);
        }
    }

    private boolean isSupported(String name, String pattern) {
        return supported.equals(",,")
                || supported.contains("," + name + (pattern.isEmpty() ? "" : "=" + pattern) + ",");
    }

    private void addWish(String name, String pattern, @Nullable String value) {
        if (isSupported(name, pattern)) {
            add(name, value);
        }
    }

    private void addNeeded(String name, String pattern, @Nullable String value) throws AgentException {
        if (!isSupported(name, pattern)) {
            throw new AgentException(
                    name.startsWith("dhchap")
                            ? "this kernel cannot authenticate NVMe/TCP connections (it lacks CONFIG_NVME_HOST_AUTH), "
                                    + "but the server wants it: use a newer kernel, or allow this host without a secret"
                            : "this kernel does not know the NVMe option " + name
                                    + ": leave it out of rd.pullboot.nvme=, or use a newer kernel");
        }
        add(name, value);
    }
}
