package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DevicePathTest {
    /** As OVMF makes it for HTTP boot over IPv4 with a URL from its boot entry. */
    static final String FULL = "02010c00d041030a00000000" + "010106000003"
            + "030b2500525400123456" + "00".repeat(26) + "01"
            + "030c1b00" + "00".repeat(14) + "00" + "00".repeat(8)
            + "03180400" + "7fff0400";

    @Test
    void fullNetworkPathReadsAsText() throws UefiException {
        DevicePath path = DevicePath.parse(Bytes.ofHex(FULL));
        assertThat(path)
                .hasToString("PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x1)"
                        + "/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)/Uri()");
        assertThat(path.nodes()).noneMatch(DeviceNode.Raw.class::isInstance);
        assertThat(path.bytes().hex()).isEqualTo(FULL);
        assertThat(path.uri()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            03181200687474703a2f2f612f622e656669 | Uri(http://a/b.efi)
            03181300687474703a2f2f612f622e65666900 | Uri(http://a/b.efi)
            03140600640 0 | Vlan(100)
            031f150000 0a00020300000000 0000000000000000 | Dns(10.0.2.3)
            04012a00 01000000 0008000000000000 0000100000000000 28732ac11ff8d211ba4b00a0c93ec93b 02 02 | HD(1,GPT,c12a7328-f81f-11d2-ba4b-00a0c93ec93b,0x800,0x100000)
            04012a00 01000000 3f00000000000000 0000100000000000 785634120000000000000000 00000000 01 01 | HD(1,MBR,0x12345678,0x3f,0x100000)
            04041800 5c0045004600490 05c0061002e0065006600 0000 | \\EFI\\a.ef
            04071400 c9bdb87cebf8344faaea3ee4af6516a1 | Fv(7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1)
            04061400 21aa2c4614760345836e8ab6f4662331 | FvFile(462caa21-7614-4503-836e-8ab6f4662331)
            02010c00 d041080a 01000000 | PcieRoot(0x1)
            02010c00 d0410105 00000000 | Acpi(PNP0501,0x0)
            030e1300 00000000 00c2010000000000 080101 | Path(3,14,0000000000c2010000000000080101)
            """)
    void eachNodeKeepsItsBytesAndSaysWhatItIs(String spaced, String text) throws UefiException {
        String hex = spaced.replace(" ", "");
        DevicePath path = DevicePath.parse(Bytes.ofHex(hex + "7fff0400"));
        assertThat(path).hasToString(text);
        assertThat(path.bytes().hex()).isEqualTo(hex + "7fff0400");
    }

    @Test
    void ipv6PathKeepsItsBytes() throws UefiException {
        String hex = "030d3c00" + "fe80" + "00".repeat(13) + "01" + "20010db8" + "00".repeat(11) + "02" + "0000"
                + "5000" + "0600" + "02" + "40" + "00".repeat(16) + "7fff0400";
        DevicePath path = DevicePath.parse(Bytes.ofHex(hex));
        assertThat(path)
                .hasToString(
                        "IPv6(2001:db8:0:0:0:0:0:2,TCP,StatefulAutoConfigure,fe80:0:0:0:0:0:0:1,0x40,0:0:0:0:0:0:0:0)");
        assertThat(path.bytes().hex()).isEqualTo(hex);
    }

    @Test
    void lastUriCountsBecauseTheFirstOfTwoIsAProxy() {
        DevicePath path = DevicePath.of(
                new MessagingNode.Uri("http://proxy/", true), new MessagingNode.Uri("http://h/x.efi", true));
        assertThat(path.uri()).contains("http://h/x.efi");
        assertThat(path.isLoneUri()).isFalse();
    }

    @Test
    void whatARecordCannotHoldStaysRaw() throws UefiException {
        // A "static" flag of 2, text behind a file's NUL, a URI that is no UTF-8, and a body of the wrong length.
        String odd = "030c1b00" + "00".repeat(14) + "02" + "00".repeat(8) + "04040a00610000006200" + "03180700ff6162"
                + "0101070000030 0".replace(" ", "") + "7fff0400";
        DevicePath path = DevicePath.parse(Bytes.ofHex(odd));
        assertThat(path.nodes()).hasSize(4).allMatch(DeviceNode.Raw.class::isInstance);
        assertThat(path.bytes().hex()).isEqualTo(odd);
    }

    @Test
    void bytesBehindTheEndAreRefused() {
        assertThatThrownBy(() -> DevicePath.parse(Bytes.ofHex("7fff040000")))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("1 bytes follow");
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < FULL.length() / 2; length++) {
            Bytes cut = Bytes.ofHex(FULL.substring(0, 2 * length));
            assertThatThrownBy(() -> DevicePath.parse(cut)).isInstanceOf(UefiException.class);
        }
    }

    @Test
    void nodeShorterThanItsHeaderIsRefused() {
        assertThatThrownBy(() -> DevicePath.parse(Bytes.ofHex("01010300007fff0400")))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("says 3");
    }

    @Test
    void fieldsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new MessagingNode.Mac(Bytes.of((byte) 1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MessagingNode.Uri("h".repeat(65531), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HardwareNode.Pci(256, 0).body()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomNodesKeepTheirBytes(long seed) throws UefiException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int[] kinds = {
            0x0101, 0x0201, 0x030B, 0x030C, 0x030D, 0x0314, 0x0318, 0x031F, 0x0401, 0x0404, 0x0406, 0x0407, 0x7F01
        };
        int[] lengths = {2, 8, 33, 23, 56, 2, 9, 17, 38, 8, 16, 16, 0};
        for (int round = 0; round < 500; round++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int node = random.nextInt(6); node > 0; node--) {
                int pick = random.nextInt(kinds.length);
                int length = random.nextInt(4) == 0 ? random.nextInt(70) : lengths[pick];
                byte[] body = new byte[length];
                if (random.nextBoolean()) {
                    random.nextBytes(body);
                }
                bytes.write(kinds[pick] >> 8);
                bytes.write(kinds[pick]);
                bytes.write(length + 4);
                bytes.write(0);
                bytes.writeBytes(body);
            }
            bytes.writeBytes(Bytes.ofHex("7fff0400").toArray());
            Bytes all = Bytes.of(bytes.toByteArray());
            DevicePath path = DevicePath.parse(all);
            assertThat(path.bytes()).isEqualTo(all);
            assertThat(path.toString()).isNotNull();
        }
    }
}
