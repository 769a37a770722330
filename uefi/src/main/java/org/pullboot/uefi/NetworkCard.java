package org.pullboot.uefi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network card as firmware names it: its place in the system and its hardware address. A boot entry that begins with this
 * path boots over this card and no other; every node of it must be right byte for byte.
 *
 * @param path ends with a {@link MessagingNode.Mac}
 */
public record NetworkCard(DevicePath path) {
    /** Where Linux shows devices. */
    public static final Path SYSFS = Path.of("/sys");

    private static final int PCI_ROOT = 0x0A0341D0;
    private static final int ETHERNET = 1;
    private static final int MAC_BYTES = 6;
    private static final Bytes NO_IPV4 = Bytes.of(new byte[4]);
    private static final Bytes NO_IPV6 = Bytes.of(new byte[16]);
    private static final int PREFIX = 64;

    private static final Pattern ROOT = Pattern.compile("pci[0-9a-f]{4,}:[0-9a-f]{2}");
    private static final Pattern FUNCTION = Pattern.compile("[0-9a-f]{4,}:[0-9a-f]{2}:([0-9a-f]{2})\\.([0-7])");

    /**
     * The card with this hardware address as an entry that is there names it, which is how the firmware does it.
     *
     * @param address six pairs of hexadecimal digits with colons between them
     * @throws UefiException when this is no hardware address, or no entry names it
     */
    public static NetworkCard in(BootEntries entries, String address) throws UefiException {
        return named(entries, mac(address))
                .orElseThrow(() -> new UefiException("no boot entry names the network card " + address
                        + ": let the firmware make its entries first, or leave the card open"));
    }

    /**
     * A card of this machine: as an entry that is there names it, else put together from what Linux knows.
     *
     * @param sysfs where it is mounted, {@link #SYSFS}
     * @param name of the interface, {@code eth0} say
     * @throws IOException when there is none of this name, or firmware could not know it by what Linux knows
     */
    public static NetworkCard find(Path sysfs, String name, BootEntries entries) throws IOException {
        Path link = sysfs.resolve("class/net").resolve(name);
        if (!name.matches("[^/]+") || name.startsWith(".") || !Files.exists(link)) {
            throw new UefiException("there is no network interface '" + name + "' in this machine");
        }
        String address = address(link, name);
        Bytes mac = mac(address);
        Optional<NetworkCard> named = named(entries, mac);
        if (named.isPresent()) {
            return named.get();
        }
        List<DeviceNode> nodes = place(link, name);
        nodes.add(MessagingNode.Mac.ethernet(mac));
        return new NetworkCard(new DevicePath(nodes));
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

    private static Optional<NetworkCard> named(BootEntries entries, Bytes mac) {
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

    private static String address(Path link, String name) throws IOException {
        if (Integer.parseInt(text(link.resolve("type"))) != ETHERNET) {
            throw new UefiException(name + " is no Ethernet card: only such have boot entries of their own");
        }
        Path assigned = link.resolve("addr_assign_type");
        if (Files.exists(assigned) && !text(assigned).equals("0")) {
            throw new UefiException(
                    "the address of " + name + " was set by software, but firmware knows the card by the "
                            + "one it was made with: give that instead of the name");
        }
        return text(link.resolve("address"));
    }

    /** The nodes from the root bridge down to the card's function; what virtio puts below that is not firmware's. */
    private static List<DeviceNode> place(Path link, String name) throws IOException {
        Path device;
        try {
            device = link.resolve("device").toRealPath();
        } catch (NoSuchFileException e) {
            throw new UefiException(name + " is no network card but something Linux made on top of one: name the card");
        }
        List<DeviceNode> nodes = new ArrayList<>();
        Path root = device;
        while (root.getParent() != null
                && !ROOT.matcher(root.getFileName().toString()).matches()) {
            String component = root.getFileName().toString();
            Matcher function = FUNCTION.matcher(component);
            if (function.matches()) {
                nodes.addFirst(new HardwareNode.Pci(
                        Integer.parseInt(function.group(2)), Integer.parseInt(function.group(1), 16)));
            } else if (!nodes.isEmpty() || !component.matches("virtio[0-9]+")) {
                break;
            }
            root = root.getParent();
        }
        if (nodes.isEmpty() || !ROOT.matcher(root.getFileName().toString()).matches()) {
            throw new UefiException("what firmware calls " + name + " is known for PCI cards only, and it is at "
                    + device + ": give the card's address if a boot entry names it, or leave the card open");
        }
        nodes.addFirst(root(root, name));
        return nodes;
    }

    private static DeviceNode root(Path root, String name) throws IOException {
        Path uid = root.resolve("firmware_node/uid");
        String text = Files.exists(uid) ? text(uid) : "";
        if (!text.matches("[0-9]{1,9}")) {
            throw new UefiException("ACPI does not say which root bridge " + name
                    + " is behind: give the card's address if a boot entry names it, or leave the card open");
        }
        // EDK2 calls PCI Express roots, PNP0A08 for ACPI, PciRoot too.
        return new AcpiNode.Acpi(PCI_ROOT, Integer.parseInt(text));
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

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
