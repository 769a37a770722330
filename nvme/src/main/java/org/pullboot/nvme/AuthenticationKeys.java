package org.pullboot.nvme;

import java.util.Optional;

/**
 * The secrets of in-band authentication (DH-HMAC-CHAP) between one host and one subsystem.
 *
 * @param host proves the host
 * @param controller proves the subsystem to the host; empty when the host need not ask
 */
public record AuthenticationKeys(DhChapSecret host, Optional<DhChapSecret> controller) {}
