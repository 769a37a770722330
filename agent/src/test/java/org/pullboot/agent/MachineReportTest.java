package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineReportTest {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    @TempDir
    private Path root;

    @Test
    void systemIsTold() throws IOException {
        file("sys/class/dmi/id/sys_vendor", "QEMU\n");
        file("sys/class/dmi/id/product_name", "Standard PC (Q35 + ICH9, 2009)\n");
        file("sys/class/dmi/id/product_uuid", "4C4C4544-0051-3510-8050-B4C04F4D4E32\n");
        file("proc/cpuinfo", "processor\t: 0\nmodel name\t: QEMU TCG\n\nprocessor\t: 1\nmodel name\t: QEMU TCG\n");
        file("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n");
        file("proc/sys/kernel/osrelease", "6.1.0-amd64\n");
        file("proc/cmdline", "quiet rd.pullboot.rescue\n");
        assertThat(new MachineReport(root).system())
                .containsExactly(
                        "machine: QEMU Standard PC (Q35 + ICH9, 2009), UUID 4c4c4544-0051-3510-8050-b4c04f4d4e32",
                        "processor: 2 × QEMU TCG",
                        "memory: 1.0 GB, 512 MB of it free",
                        "kernel: 6.1.0-amd64",
                        "command line: quiet rd.pullboot.rescue");
    }

    @Test
    void machineThatTellsNothingIsStillReported() {
        MachineReport report = new MachineReport(root);
        assertThat(report.system()).contains("processor: 0").noneMatch(line -> line.startsWith("machine"));
        assertThat(report.firmware()).containsExactly("firmware: not UEFI");
        assertThat(report.tpm()).containsExactly("TPM: none");
        assertThat(report.cards()).isEmpty();
        assertThat(report.disks()).containsExactly("disk: none that a driver of the initrd shows");
    }

    @Test
    void firmwareStubAndSecureBootAreTold() throws IOException {
        file("sys/class/dmi/id/bios_vendor", "EFI Development Kit II / OVMF\n");
        file("sys/class/dmi/id/bios_version", "2026.08\n");
        variable("SecureBoot" + GLOBAL, 6, new byte[] {1});
        variable("SetupMode" + GLOBAL, 6, new byte[] {0});
        variable("LoaderFirmwareType" + LOADER, 6, "UEFI 2.70\0".getBytes(StandardCharsets.UTF_16LE));
        variable("StubInfo" + LOADER, 6, "systemd-stub 262.1-1\0".getBytes(StandardCharsets.UTF_16LE));
        variable("StubProfile" + LOADER, 6, "2\0".getBytes(StandardCharsets.UTF_16LE));
        assertThat(new MachineReport(root).firmware())
                .containsExactly(
                        "firmware: UEFI 2.70, EFI Development Kit II / OVMF 2026.08",
                        "Secure Boot: on",
                        "stub: systemd-stub 262.1-1, profile 2");
    }

    @Test
    void variableThatCannotBeReadIsTold() throws IOException {
        file("sys/firmware/efi/efivars/SecureBoot" + GLOBAL, "x");
        assertThat(new MachineReport(root).firmware())
                .anyMatch(line -> line.startsWith("firmware: ") && line.contains("SecureBoot"));
    }

    @Test
    void measurementsOfTheBestBankAreTold() throws IOException {
        file("sys/class/tpm/tpm0/tpm_version_major", "2\n");
        file("sys/class/tpm/tpm0/pcr-sha1/11", "00\n");
        for (int number : new int[] {4, 7, 11, 12}) {
            file("sys/class/tpm/tpm0/pcr-sha256/" + number, "AB" + number + "\n");
        }
        assertThat(new MachineReport(root).tpm())
                .containsExactly(
                        "TPM: version 2",
                        "PCR 4: sha256 ab4",
                        "PCR 7: sha256 ab7",
                        "PCR 11: sha256 ab11",
                        "PCR 12: sha256 ab12");
    }

    @Test
    void cardsWithAndWithoutDriverAreTold() throws IOException {
        device("0000:00:02.0", "0x020000", "0x1af4", "0x1041");
        Path driver = Files.createDirectories(root.resolve("sys/bus/pci/drivers/virtio-pci"));
        Files.createSymbolicLink(root.resolve("sys/bus/pci/devices/0000:00:02.0/driver"), driver);
        device("0000:00:1f.2", "0x010601", "0x8086", "0x2922");
        device("0000:00:01.0", "0x030000", "0x1234", "0x1111");
        assertThat(new MachineReport(root).cards())
                .containsExactly(
                        "network card: 0000:00:02.0 1af4:1041, driver virtio-pci",
                        "storage controller: 0000:00:1f.2 8086:2922, the initrd has no driver for it");
    }

    @Test
    void disksAndTheirPartitionsAreTold() throws IOException {
        file("sys/block/loop0/size", "8\n");
        file("sys/block/sda/device/model", "QEMU HARDDISK   \n");
        file("sys/block/sda/size", "4194304\n");
        file("sys/block/sda/ro", "1\n");
        file("sys/block/sda/sda1/partition", "1\n");
        file("sys/block/sda/sda1/size", "2048\n");
        file("sys/block/sda/sda1/uevent", "DEVTYPE=partition\nPARTNAME=root\n");
        assertThat(new MachineReport(root).disks())
                .containsExactly("disk: sda 2.1 GB, QEMU HARDDISK, read-only", "partition: sda1 1.0 MB, root");
    }

    private void device(String address, String type, String vendor, String device) throws IOException {
        String directory = "sys/bus/pci/devices/" + address + "/";
        file(directory + "class", type + "\n");
        file(directory + "vendor", vendor + "\n");
        file(directory + "device", device + "\n");
    }

    private void variable(String name, int attributes, byte[] value) throws IOException {
        byte[] content = new byte[4 + value.length];
        content[0] = (byte) attributes;
        System.arraycopy(value, 0, content, 4, value.length);
        Files.write(file("sys/firmware/efi/efivars/" + name, ""), content);
    }

    private Path file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
