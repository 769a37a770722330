package org.pullboot.agent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.NvmeHost;
import org.pullboot.pull.NvmeOptions;
import org.pullboot.pull.NvmePlan;
import org.pullboot.pull.NvmeRoot;

/**
 * The disk that a machine's root is on: an NVMe/TCP subsystem, and as whom to connect to it. Its text form never shows
 * the secrets.
 *
 * @param address an IP address without brackets, or a host name
 * @param port TCP port
 * @param subsystem its NQN
 * @param secret proves this machine to the subsystem, if needed
 * @param controllerSecret proves the subsystem to this machine, if needed
 * @param namespace the one that holds the root
 * @param dataNamespace the one that is this machine's own data; 0 for none
 */
record NvmeDisk(
        String address,
        int port,
        String subsystem,
        NvmeHost host,
        @Nullable String secret,
        @Nullable String controllerSecret,
        int namespace,
        int dataNamespace,
        NvmeOptions options) {
    private static final int DEFAULT_PORT = 4420;
    private static final int FIRST_NAMESPACE = 1;

    /**
     * Puts together what the command line and the plan say. An address on the command line is the only one allowed; a
     * plan then only tells who this machine is.
     *
     * @param commandLine {@code root=nvme:…}, if that is its form
     * @param origin where this machine was booted from, if known
     * @param self who this machine is unless the plan says otherwise
     * @throws AgentException when neither says where the disk is
     */
    static NvmeDisk of(
            Optional<NvmeRoot> commandLine,
            NvmePlan plan,
            NvmeOptions options,
            @Nullable BootOrigin origin,
            NvmeHost self,
            Console console)
            throws AgentException {
        NvmeRoot root = commandLine.isPresent() ? commandLine.get() : planned(plan);
        if (commandLine.isPresent()
                && plan.subsystem() != null
                && !plan.subsystem().equals(root.subsystem())) {
            console.warn("the server's plan names the disk " + plan.subsystem()
                    + ", but the kernel command line allows " + root.subsystem() + " alone");
        }
        String hostNqn = plan.hostNqn();
        String hostId = plan.hostId();
        return new NvmeDisk(
                address(root, origin),
                root.port(),
                root.subsystem(),
                new NvmeHost(hostNqn == null ? self.nqn() : hostNqn, hostId == null ? self.id() : hostId),
                plan.secret(),
                plan.controllerSecret(),
                plan.namespace() == 0 ? FIRST_NAMESPACE : plan.namespace(),
                plan.dataNamespace(),
                options);
    }

    private static NvmeRoot planned(NvmePlan plan) throws AgentException {
        String subsystem = plan.subsystem();
        if (subsystem == null) {
            throw new AgentException("nothing says which NVMe/TCP disk is the root: expected "
                    + "root=nvme:tcp:ADDR:PORT:NQN on the kernel command line, or nvme.subnqn= in the server's plan");
        }
        String address = plan.address();
        return new NvmeRoot(
                address == null ? NvmeRoot.BOOT_ORIGIN : address,
                plan.port() == 0 ? DEFAULT_PORT : plan.port(),
                subsystem,
                "");
    }

    private static String address(NvmeRoot root, @Nullable BootOrigin origin) throws AgentException {
        if (!root.address().equals(NvmeRoot.BOOT_ORIGIN)) {
            return root.address();
        }
        String host = origin == null ? "" : ServerAddress.host(origin.url());
        if (host.isEmpty()) {
            throw new AgentException(
                    "the NVMe/TCP disk is where this machine was booted from, which is not known here: "
                            + "boot from a URL, or write the address in root=nvme:tcp:ADDR:PORT:NQN");
        }
        return host;
    }

    /** For people: {@code NQN at ADDRESS port PORT}. */
    String describe() {
        return subsystem + " at " + address + " port " + port;
    }

    @Override
    public String toString() {
        return describe() + " as " + host.nqn();
    }
}
