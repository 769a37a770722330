package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pullboot.uefi.AcpiNode;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.DeviceNode;
import org.pullboot.uefi.HardwareNode;
import org.pullboot.uefi.NetworkCard;
import org.pullboot.uefi.UefiException;

/** Network cards of this machine as firmware names them, from what Linux shows in sysfs. */
final class SysfsCards {
    private static final int PCI_ROOT = 0x0A0341D0;
    private static final int ETHERNET = 1;

    private static final Pattern ROOT = Pattern.compile("pci[0-9a-f]{4,}:[0-9a-f]{2}");
    private static final Pattern FUNCTION = Pattern.compile("[0-9a-f]{4,}:[0-9a-f]{2}:([0-9a-f]{2})\\.([0-7])");

    private final Path sysfs;

    SysfsCards(Path sysfs) {
        this.sysfs = sysfs;
    }

    /**
     * A card of this machine: as an entry that is there names it, else put together from what Linux knows.
     *
     * @param name of the interface, {@code eth0} say
     * @throws IOException when there is none of this name, or firmware could not know it by what Linux knows
     */
    NetworkCard find(String name, BootEntries entries) throws IOException {
        Path link = sysfs.resolve("class/net").resolve(name);
        if (!name.matches("[^/]+") || name.startsWith(".") || !Files.exists(link)) {
            throw new UefiException("there is no network interface '" + name + "' in this machine");
        }
        String address = address(link, name);
        Optional<NetworkCard> named = NetworkCard.find(entries, address);
        return named.isPresent() ? named.get() : NetworkCard.at(place(link, name), address);
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

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
