package org.pullboot.nvme;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What one association has been given of one subsystem. For use by several threads.
 *
 * <p>The namespaces are asked for when the controller is enabled, so after authentication, and again when
 * {@link NvmeTarget#namespacesChanged} says that they changed.
 */
public interface Export extends AutoCloseable {
    /** How the subsystem describes itself; the same for all hosts and for ever, or Linux takes it for another one. */
    SubsystemIdentity identity();

    /** The secrets by which host and subsystem prove who they are; empty when nobody has to. */
    Optional<AuthenticationKeys> authentication();

    /**
     * The namespaces, each with an id of its own. May wait for disks.
     *
     * @throws IOException when they cannot be had now; the controller cannot be enabled then
     */
    List<Namespace> namespaces() throws IOException;

    /** The association has ended and none of its commands will touch a namespace any more. */
    @Override
    void close();
}
