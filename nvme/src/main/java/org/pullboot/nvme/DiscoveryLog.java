package org.pullboot.nvme;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The discovery log page of one host (NVM Express Base 2.0, 5.16.1.23).
 *
 * @param generation the state of the service that it shows
 * @param subsystems NQNs
 * @param target where the subsystems are
 * @param service where the host reads this
 * @param secure whether connections to subsystems must be TLS
 */
record DiscoveryLog(
        long generation, List<String> subsystems, InetSocketAddress target, InetSocketAddress service, boolean secure) {
    /** Bytes of the header, and of each entry. */
    static final int ENTRY_BYTES = 1024;

    private static final int TRANSPORT_TCP = 3;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;
    private static final int NVM_SUBSYSTEM = 2;
    private static final int CURRENT_DISCOVERY = 3;
    private static final int SECURE_CHANNEL_REQUIRED = 1;
    private static final int SQ_FLOW_CONTROL_CAN_BE_OFF = 1 << 2;
    private static final int ANY_CONTROLLER = 0xffff;
    private static final int ADMIN_QUEUE_ENTRIES = 32;
    private static final int CONNECTION_MAY_STAY = 1 << 1;
    private static final int TLS_1_3 = 2;

    /** The page, as it is on the wire. */
    ByteBuffer page() {
        ByteBuffer page = Structure.ofBytes((2 + subsystems.size()) * ENTRY_BYTES);
        page.putLong(0, generation);
        page.putLong(8, subsystems.size() + 1L);
        int at = ENTRY_BYTES;
        putEntry(page, at, CURRENT_DISCOVERY, DiscoveryService.NQN, service);
        page.putShort(at + 10, (short) CONNECTION_MAY_STAY);
        for (String subsystem : subsystems) {
            at += ENTRY_BYTES;
            putEntry(page, at, NVM_SUBSYSTEM, subsystem, target);
            if (secure) {
                page.put(at + 3, (byte) (SQ_FLOW_CONTROL_CAN_BE_OFF | SECURE_CHANNEL_REQUIRED));
                page.put(at + 768, (byte) TLS_1_3);
            }
        }
        return page;
    }

    private void putEntry(ByteBuffer page, int at, int type, String nqn, InetSocketAddress address) {
        boolean six = address.getAddress() instanceof Inet6Address;
        page.put(at, (byte) TRANSPORT_TCP);
        page.put(at + 1, (byte) (six ? FAMILY_IPV6 : FAMILY_IPV4));
        page.put(at + 2, (byte) type);
        // Not "TLS is not required": libnvme takes even that for an offer of TLS.
        page.put(at + 3, (byte) SQ_FLOW_CONTROL_CAN_BE_OFF);
        page.putShort(at + 4, (short) (address.getPort() == target.getPort() ? 1 : 2));
        page.putShort(at + 6, (short) ANY_CONTROLLER);
        page.putShort(at + 8, (short) ADMIN_QUEUE_ENTRIES);
        Structure.putText(page, at + 32, 32, Integer.toString(address.getPort()), ' ');
        Structure.putText(page, at + 256, 256, nqn, '\0');
        Structure.putText(page, at + 512, 256, withoutZone(address), ' ');
    }

    /** The zone of a link-local address says something here only, nothing to the host. */
    private static String withoutZone(InetSocketAddress address) {
        String text = address.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
