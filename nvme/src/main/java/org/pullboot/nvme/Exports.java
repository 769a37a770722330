package org.pullboot.nvme;

import java.util.List;
import java.util.Optional;

/**
 * What a target exports, and to whom.
 *
 * <p>Called from threads that may wait, several at once.
 */
public interface Exports {
    /** The NQNs of the NVM subsystems that a host may connect to; none for a host that may have nothing. */
    List<String> visibleTo(Host host);

    /**
     * A host connects to a subsystem: each association opens its own, and closes it when the last of its I/O is done.
     * The host may have an older one, which goes on when the new one is refused or does not authenticate; else it is
     * closed before the new one is asked for its namespaces.
     *
     * @throws RefusedException when it may not, or not now
     */
    Export open(String subsystemNqn, Host host) throws RefusedException;

    /**
     * The secret that a host proves itself with when it connects to a subsystem, or to the discovery service, by TLS;
     * empty when it has none, so that it cannot. The names are only what the host says, until it has proved itself.
     */
    default Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystemNqn) {
        return Optional.empty();
    }
}
