package org.pullboot.nvme;

import java.net.InetAddress;
import java.util.UUID;

/**
 * A host, as it names itself in its Connect command.
 *
 * <p>The names are only what it says, unless it authenticates. Checked to be well formed: the NQN is 1 to 223 printable
 * ASCII characters.
 *
 * @param nqn its NVMe qualified name
 * @param id its identifier, the same for all connections of one host
 * @param address where it connects from
 */
public record Host(String nqn, UUID id, InetAddress address) {}
