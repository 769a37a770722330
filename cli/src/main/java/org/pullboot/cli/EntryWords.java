package org.pullboot.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.uefi.AcpiNode;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.DeviceNode;
import org.pullboot.uefi.DevicePath;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.IpNode;
import org.pullboot.uefi.LoadOption;
import org.pullboot.uefi.MediaNode;
import org.pullboot.uefi.MessagingNode;
import org.pullboot.uefi.UefiException;

/**
 * What a boot entry does, in words, and what about it cannot work.
 *
 * @param does a phrase without a full stop
 * @param problems a sentence each
 */
record EntryWords(String does, List<String> problems) {
    static EntryWords of(LoadOption option, MachineFacts machine) {
        if (option.paths().isEmpty() || option.paths().getFirst().nodes().isEmpty()) {
            return new EntryWords("names nothing to boot", List.of("it has no device path"));
        }
        return new Reader(option.paths().getFirst(), machine).words(option);
    }

    /** Goes through the nodes of one path, each kind at most once. */
    private static final class Reader {
        private final DevicePath path;
        private final MachineFacts machine;
        private final List<String> problems = new ArrayList<>();
        private Optional<String> card = Optional.empty();
        private Optional<String> file = Optional.empty();
        private Optional<MediaNode.HardDrive> partition = Optional.empty();
        private String over = "";
        private boolean firmwareFile;
        private boolean network;
        private boolean hardware;

        Reader(DevicePath path, MachineFacts machine) {
            this.path = path;
            this.machine = machine;
            path.nodes().forEach(this::look);
        }

        EntryWords words(LoadOption option) {
            String made = option.optionalData().equals(LoadOption.FIRMWARE_MARK) ? ", made by the firmware" : "";
            String profile = option.profile().isPresent()
                    ? ", profile " + option.profile().getAsInt()
                    : "";
            return new EntryWords(does() + profile + made, List.copyOf(problems));
        }

        private void look(DeviceNode node) {
            switch (node) {
                case MessagingNode.Mac mac -> card = Optional.of(mac.text());
                case IpNode.Ipv4 ipv4 -> over = " by IPv4";
                case IpNode.Ipv6 ipv6 -> over = " by IPv6";
                case MessagingNode.Uri uri -> network = true;
                case MediaNode.HardDrive drive -> partition = Optional.of(drive);
                case MediaNode.FilePath path -> file = Optional.of(file.orElse("") + path.path());
                case MediaNode.FvFile inside -> firmwareFile = true;
                case AcpiNode acpi -> hardware = true;
                default -> {
                    // Where in the system it is matters to the firmware alone.
                }
            }
        }

        private String does() {
            if (network) {
                return path.uri().map(this::url).orElseGet(() -> "boots the URL that DHCP tells, " + overCard());
            }
            if (card.isPresent()) {
                checkCard(card.get());
                return "boots by PXE, " + overCard();
            }
            if (firmwareFile) {
                return "runs a program of the firmware";
            }
            if (partition.isPresent()) {
                String where = partition(partition.get());
                return file.map(name -> "boots " + name + " from " + where)
                        .orElse("boots \\EFI\\BOOT\\BOOT*.EFI from " + where);
            }
            if (file.isPresent()) {
                return "boots " + file.get() + (hardware ? " from the device " + path : " from any disk that has it");
            }
            return "boots the device " + path;
        }

        private String url(String url) {
            try {
                BootUri uri = BootUri.parse(url);
                if (!url.equals(uri.toString()) && url.indexOf('/', url.indexOf("://") + 3) < 0) {
                    problems.add("its URL has no path: firmware needs at least a slash behind the host");
                }
                if (machine.httpsOnly() && uri.scheme().equals("http")) {
                    problems.add("the firmware's setup says that it boots from https only: change that or the URL");
                }
                if (uri.isLoopback()) {
                    problems.add(uri.host() + " is this machine itself, where nothing serves while firmware runs");
                }
            } catch (UefiException e) {
                problems.add(e.getMessage());
            }
            return "boots " + url + " " + overCard();
        }

        private String overCard() {
            card.ifPresent(this::checkCard);
            boolean bound = path.nodes().size() > 1;
            if (card.isPresent() && path.nodes().getFirst() instanceof MessagingNode) {
                problems.add(
                        "its path begins with the network card, but firmware wants the place of the card before it");
            }
            return (card.isPresent()
                            ? "over the network card " + card.get()
                            : bound ? "over " + path : "over any network card")
                    + over;
        }

        private void checkCard(String address) {
            if (machine.cards().isPresent() && !machine.cards().get().contains(address)) {
                problems.add("there is no network card " + address + " in this machine");
            }
        }

        private String partition(MediaNode.HardDrive drive) {
            if (drive.signatureType() != 2) {
                return "partition " + drive.number();
            }
            String id = EfiGuid.of(drive.signature()).toString();
            if (machine.partitions().isPresent() && !machine.partitions().get().contains(id)) {
                problems.add("there is no partition " + id + " in this machine");
            }
            return "partition " + drive.number() + " (" + id + ")";
        }
    }
}
