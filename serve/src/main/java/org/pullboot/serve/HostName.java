package org.pullboot.serve;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.pullboot.fleet.MachineName;
import org.pullboot.pull.NvmeHost;

/** What a machine is called as a host of NVMe/TCP. */
final class HostName {
    private static final String PREFIX = "nqn.2014-08.org.nvmexpress:uuid:";
    private static final String MAC = "mac-";
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private HostName() {}

    /**
     * A machine as a host.
     *
     * @param machine the id that the fleet knows it by ({@link MachineName#id})
     */
    static NvmeHost of(String machine) {
        return machine.startsWith(MAC) ? NvmeHost.of(null, machine.substring(MAC.length())) : NvmeHost.of(machine, "");
    }

    /** A host's name for people: the UUID alone when that is its NQN. */
    static String shown(String nqn) {
        return uuid(nqn).map(UUID::toString).orElse(nqn);
    }

    private static Optional<UUID> uuid(String nqn) {
        String rest = nqn.startsWith(PREFIX) ? nqn.substring(PREFIX.length()) : "";
        return UUID_FORM.matcher(rest).matches() ? Optional.of(UUID.fromString(rest)) : Optional.empty();
    }
}
