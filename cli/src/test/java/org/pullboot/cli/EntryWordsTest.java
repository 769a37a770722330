package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.DevicePath;
import org.pullboot.uefi.LoadOption;
import org.pullboot.uefi.UefiException;

final class EntryWordsTest {
    private static final String PLACE = "02010c00d041030a00000000" + "010106000003";
    private static final String MAC = "030b2500525400123456" + "00".repeat(26) + "01";
    private static final String IPV4 = "030c1b00" + "00".repeat(14) + "00" + "00".repeat(8);
    private static final String DISK =
            "04012a00010000000008000000000000000010000000000028732ac11ff8d211ba4b00a0c93ec93b0202";
    private static final String FILE = "040418005c004500460049005c0061002e00650066000000";

    @TempDir
    private Path directory;

    @Test
    void entriesSayWhatTheyDo() throws UefiException {
        assertThat(words(PLACE + MAC + IPV4 + uri("http://h/x.efi"), MachineFacts.NONE))
                .isEqualTo(new EntryWords(
                        "boots http://h/x.efi over the network card 52:54:00:12:34:56 by IPv4", List.of()));
        assertThat(words(PLACE + MAC + IPV4 + uri(""), MachineFacts.NONE).does())
                .isEqualTo("boots the URL that DHCP tells, over the network card 52:54:00:12:34:56 by IPv4");
        assertThat(words(PLACE + MAC + IPV4, MachineFacts.NONE).does()).startsWith("boots by PXE");
        assertThat(words(DISK + FILE, MachineFacts.NONE).does())
                .isEqualTo("boots \\EFI\\a.ef from partition 1 (c12a7328-f81f-11d2-ba4b-00a0c93ec93b)");
        assertThat(words(DISK, MachineFacts.NONE).does()).contains("BOOT*.EFI");
        assertThat(words(FILE, MachineFacts.NONE).does()).contains("from any disk");
        assertThat(words(PLACE, MachineFacts.NONE).does()).isEqualTo("boots the device PciRoot(0x0)/Pci(0x3,0x0)");
    }

    @Test
    void whatCannotWorkIsMarked() throws UefiException {
        MachineFacts other = new MachineFacts(Optional.of(Set.of("00:00:00:00:00:01")), Optional.of(Set.of()), true);
        assertThat(words(PLACE + MAC + IPV4 + uri("https://h/x.efi"), other).problems())
                .containsExactly("there is no network card 52:54:00:12:34:56 in this machine");
        assertThat(words(uri("http://h/x.efi"), other).problems())
                .singleElement()
                .asString()
                .contains("https only");
        assertThat(words(DISK + FILE, other).problems())
                .singleElement()
                .asString()
                .contains("c12a7328");
        assertThat(words(MAC + IPV4 + uri("http://h/x.efi"), MachineFacts.NONE).problems())
                .singleElement()
                .asString()
                .contains("place of the card");
        assertThat(words(uri("http://h:8081"), MachineFacts.NONE).problems())
                .singleElement()
                .asString()
                .contains("slash");
        assertThat(words(uri("http://localhost/x"), MachineFacts.NONE).problems())
                .hasSize(1);
        assertThat(words(uri("tftp://h/x"), MachineFacts.NONE).problems()).hasSize(1);
        assertThat(EntryWords.of(new LoadOption(1, "t", List.of(), Bytes.EMPTY), MachineFacts.NONE)
                        .problems())
                .hasSize(1);
    }

    @Test
    void factsAreReadFromSysfs() throws IOException {
        Path sysfs = directory.resolve("sys");
        assertThat(MachineFacts.at(sysfs, directory.resolve("none"))).isEqualTo(MachineFacts.NONE);
        file("sys/class/net/eth0/address", "52:54:00:12:34:56");
        file("sys/class/firmware-attributes/vendor/attributes/HttpBootMode/current_value", "HTTPS Only");
        file("parts/c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "");
        assertThat(MachineFacts.at(sysfs, directory.resolve("parts")))
                .isEqualTo(new MachineFacts(
                        Optional.of(Set.of("52:54:00:12:34:56")),
                        Optional.of(Set.of("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")),
                        true));
        file("sys/class/firmware-attributes/vendor/attributes/HttpBootMode/current_value", "HTTP and HTTPS");
        assertThat(MachineFacts.at(sysfs, directory.resolve("parts")).httpsOnly())
                .isFalse();
    }

    private void file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }

    private static EntryWords words(String nodes, MachineFacts machine) throws UefiException {
        DevicePath path = DevicePath.parse(Bytes.ofHex(nodes + "7fff0400"));
        return EntryWords.of(new LoadOption(1, "t", List.of(path), Bytes.EMPTY), machine);
    }

    private static String uri(String url) {
        StringBuilder hex = new StringBuilder("0318").append("%02x00".formatted(url.length() + 4));
        url.chars().forEach(c -> hex.append("%02x".formatted(c)));
        return hex.toString();
    }
}
