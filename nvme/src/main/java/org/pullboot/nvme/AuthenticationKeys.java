package org.pullboot.nvme;

import java.util.Optional;

/**
 * The secrets of in-band authentication (DH-HMAC-CHAP) between one host and one subsystem.
 *
 * @param host proves the host
 * @param controller proves the subsystem to the host; empty when the host need not ask
 * @param weakest the weakest group that a host may exchange keys in
 */
public record AuthenticationKeys(DhChapSecret host, Optional<DhChapSecret> controller, DhGroup weakest) {
    /** The same, in any group. */
    public AuthenticationKeys(DhChapSecret host, Optional<DhChapSecret> controller) {
        this(host, controller, DhGroup.NULL);
    }
}
