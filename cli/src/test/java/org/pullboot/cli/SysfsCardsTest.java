package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.DevicePath;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVariable;
import org.pullboot.uefi.LoadOption;
import org.pullboot.uefi.NetworkCard;
import org.pullboot.uefi.UefiException;
import org.pullboot.uefi.VariableChange;

/** On a directory laid out as sysfs is on a QEMU q35 machine. */
final class SysfsCardsTest {
    @TempDir
    private Path sysfs;

    private BootEntries none;
    private SysfsCards cards;

    @BeforeEach
    void machine() throws IOException {
        none = BootEntries.read(JsonVariables.parse(new byte[0]));
        cards = new SysfsCards(sysfs);
        file("devices/pci0000:00/firmware_node/hid", "PNP0A08");
        file("devices/pci0000:00/firmware_node/uid", "0");
        card("eth0", "devices/pci0000:00/0000:00:03.0/virtio0", "52:54:00:12:34:56");
        card("eth1", "devices/pci0000:00/0000:00:1c.4/0000:02:00.1", "52:54:00:12:34:57");
    }

    @Test
    void cardsPlaceIsWhatFirmwareCallsIt() throws IOException {
        BootUri uri = BootUri.parse("http://h/x.efi");
        assertThat(cards.find("eth0", none).to(uri, false))
                .hasToString("PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x1)"
                        + "/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)/Uri(http://h/x.efi)");
        assertThat(cards.find("eth1", none).to(uri, true))
                .hasToString("PciRoot(0x0)/Pci(0x1c,0x4)/Pci(0x0,0x1)/MAC(525400123457,0x1)"
                        + "/IPv6(0:0:0:0:0:0:0:0,0x0,Static,0:0:0:0:0:0:0:0,0x40,0:0:0:0:0:0:0:0)/Uri(http://h/x.efi)");
    }

    @Test
    void entryOfTheFirmwareKnowsBetter() throws IOException {
        String hex = "02010c00d041080a00000000" + "010106000003" + "030b2500525400123456" + "00".repeat(26) + "01"
                + "7fff0400";
        LoadOption option = new LoadOption(1, "UEFI HTTPv4", List.of(DevicePath.parse(Bytes.ofHex(hex))), Bytes.EMPTY);
        BootEntries entries = entries(option);
        assertThat(cards.find("eth0", entries).path()).hasToString("PcieRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x1)");
        assertThat(NetworkCard.in(entries, "52:54:00:12:34:56")).isEqualTo(cards.find("eth0", entries));
        assertThat(cards.find("eth1", entries).path().toString()).startsWith("PciRoot");
    }

    @Test
    void whatFirmwareCannotKnowIsRefusedWithTheReason() throws IOException {
        refused("eth9", "no network interface 'eth9'");
        refused("../net/eth0", "no network interface");
        file("class/net/br0/type", "1");
        file("class/net/br0/address", "52:54:00:12:34:58");
        refused("br0", "on top of one");
        card("usb0", "devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0", "52:54:00:12:34:59");
        refused("usb0", "PCI cards only");
        card("soc0", "devices/platform/soc/fe000000.ethernet", "52:54:00:12:34:60");
        refused("soc0", "PCI cards only");
        card("far0", "devices/pci0001:00/0001:00:01.0", "52:54:00:12:34:61");
        refused("far0", "root bridge");
        file("class/net/eth1/addr_assign_type", "3");
        refused("eth1", "set by software");
        file("class/net/eth0/type", "32");
        refused("eth0", "Ethernet");
    }

    private static BootEntries entries(LoadOption option) throws IOException {
        JsonVariables variables = JsonVariables.parse(new byte[0]);
        variables.apply(List.of(new VariableChange.Write(
                new EfiVariable(EfiGuid.GLOBAL, "Boot0004", EfiVariable.PERSISTENT, option.bytes()))));
        return BootEntries.read(variables);
    }

    private void refused(String name, String reason) {
        assertThatThrownBy(() -> cards.find(name, none))
                .as(name)
                .isInstanceOf(UefiException.class)
                .hasMessageContaining(reason);
    }

    private void card(String name, String device, String address) throws IOException {
        Path place = Files.createDirectories(sysfs.resolve(device));
        file("class/net/" + name + "/type", "1");
        file("class/net/" + name + "/addr_assign_type", "0");
        file("class/net/" + name + "/address", address);
        Files.createSymbolicLink(sysfs.resolve("class/net/" + name + "/device"), place);
    }

    private void file(String name, String content) throws IOException {
        Path file = sysfs.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }
}
