package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pullboot.uefi.StoreFixture.VALID;
import static org.pullboot.uefi.StoreFixture.variable;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworkCardTest {
    private static final List<DeviceNode> PLACE = List.of(new AcpiNode.Acpi(0x0A0341D0, 0), new HardwareNode.Pci(0, 3));

    @Test
    void pathHasTheBytesThatOvmfWrites() throws IOException {
        DevicePath path = NetworkCard.at(PLACE, "52:54:00:12:34:56").to(BootUri.parse("http://h/"), false);
        String head = DevicePathTest.FULL.substring(0, DevicePathTest.FULL.indexOf("03180400"));
        assertThat(path.bytes().hex()).startsWith(head);
        assertThat(path.uri()).contains("http://h/");
    }

    @Test
    void ipv6HasItsOwnNode() throws IOException {
        assertThat(NetworkCard.at(PLACE, "52:54:00:12:34:56").to(BootUri.parse("http://h/"), true))
                .hasToString("PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x1)"
                        + "/IPv6(0:0:0:0:0:0:0:0,0x0,Static,0:0:0:0:0:0:0:0,0x40,0:0:0:0:0:0:0:0)/Uri(http://h/)");
    }

    @Test
    void cardOfAnEntryIsFoundByItsAddress() throws IOException {
        LoadOption option = new LoadOption(
                1, "UEFI HTTPv4", List.of(DevicePath.parse(Bytes.ofHex(DevicePathTest.FULL))), Bytes.EMPTY);
        BootEntries entries = BootEntries.read(StoreFixture.of4M()
                .put(VALID, variable("Boot0004", option.bytes().hex()))
                .store());
        assertThat(NetworkCard.in(entries, "52:54:00:12:34:56")).isEqualTo(NetworkCard.at(PLACE, "52:54:00:12:34:56"));
        assertThat(NetworkCard.find(entries, "52:54:00:12:34:57")).isEmpty();
    }

    @Test
    void cardThatNobodyNamesIsRefused() throws IOException {
        BootEntries none = BootEntries.read(StoreFixture.of4M().store());
        assertThatThrownBy(() -> NetworkCard.in(none, "52:54:00:12:34:56"))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("52:54:00:12:34:56");
        for (String address : List.of("", "eth0", "52:54:00:12:34", "525400123456", "52:54:00:12:34:56:78")) {
            assertThatThrownBy(() -> NetworkCard.in(none, address)).as(address).hasMessageContaining("an address like");
        }
    }
}
