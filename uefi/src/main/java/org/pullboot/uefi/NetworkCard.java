package org.pullboot.uefi;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A network card as firmware names it: its place in the system and its hardware address. A boot entry that begins with this
 * path boots over this card and no other; every node of it must be right byte for byte.
 *
 * @param path ends with a {@link MessagingNode.Mac}
 */
public record NetworkCard(DevicePath path) {
    private static final int MAC_BYTES = 6;
    private static final Bytes NO_IPV4 = Bytes.of(new byte[4]);
    private static final Bytes NO_IPV6 = Bytes.of(new byte[16]);
    private static final int PREFIX = 64;

    /**
     * The card with this hardware address as an entry that is there names it, which is how the firmware does it.
     *
     * @param address six pairs of hexadecimal digits with colons between them
     * @throws UefiException when this is no hardware address, or no entry names it
     */
    public static NetworkCard in(BootEntries entries, String address) throws UefiException {
        return find(entries, address)
                .orElseThrow(() -> new UefiException("no boot entry names the network card " + address
                        + ": let the firmware make its entries first, or leave the card open"));
    }

    /**
     * The card with this hardware address at this place.
     *
     * @param place nodes from the root bridge down to the card
     * @param address six pairs of hexadecimal digits with colons between them
     * @throws UefiException when this is no hardware address
     */
    public static NetworkCard at(List<DeviceNode> place, String address) throws UefiException {
        List<DeviceNode> nodes = new ArrayList<>(place);
        nodes.add(MessagingNode.Mac.ethernet(mac(address)));
        return new NetworkCard(new DevicePath(nodes));
    }

    /**
     * The card with this hardware address as an entry that is there names it, if one does.
     *
     * @param address six pairs of hexadecimal digits with colons between them
     * @throws UefiException when this is no hardware address
     */
    public static Optional<NetworkCard> find(BootEntries entries, String address) throws UefiException {
        Bytes mac = mac(address);
        for (BootEntry entry : entries.entries()) {
            for (DevicePath path : entry.option().paths()) {
                for (int i = 1; i < path.nodes().size(); i++) {
                    if (path.nodes().get(i) instanceof MessagingNode.Mac node && node.isEthernet(mac)) {
                        return Optional.of(
                                new NetworkCard(new DevicePath(path.nodes().subList(0, i + 1))));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The path of a boot entry for this URL over this card; firmware gets the machine's address by DHCP. */
    public DevicePath to(BootUri uri, boolean ipv6) {
        List<DeviceNode> nodes = new ArrayList<>(path.nodes());
        nodes.add(
                ipv6
                        ? new IpNode.Ipv6(NO_IPV6, NO_IPV6, 0, 0, 0, 0, PREFIX, NO_IPV6)
                        : new IpNode.Ipv4(NO_IPV4, NO_IPV4, 0, 0, 0, false, NO_IPV4, NO_IPV4));
        nodes.add(new MessagingNode.Uri(uri.toString(), false));
        return new DevicePath(nodes);
    }

    private static Bytes mac(String address) throws UefiException {
        try {
            byte[] bytes = HexFormat.ofDelimiter(":").parseHex(address.toLowerCase(Locale.ROOT));
            if (bytes.length == MAC_BYTES) {
                return Bytes.of(bytes);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new UefiException("a network card has an address like 52:54:00:12:34:56, not '" + address + "'");
    }
}
