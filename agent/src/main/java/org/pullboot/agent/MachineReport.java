package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pullboot.linux.Memory;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVarfs;
import org.pullboot.uefi.EfiVariable;

/** What the kernel and the firmware tell about the machine, in lines for a person. What is not there is left out. */
final class MachineReport {
    /** Program, Secure Boot policy, UKI, and what the UKI was told. */
    private static final int[] BOOT_PCRS = {4, 7, 11, 12};

    private static final String[] BANKS = {"sha256", "sha384", "sha512", "sha1"};
    private static final int SECTOR = 512;
    private static final int MAX_TEXT = 1 << 16;

    private final Path root;

    /**
     * Nothing is read yet.
     *
     * @param root /, or a directory in its place
     */
    MachineReport(Path root) {
        this.root = root;
    }

    /** Maker, processor, memory, kernel. */
    List<String> system() {
        List<String> lines = new ArrayList<>();
        Path dmi = root.resolve("sys/class/dmi/id");
        String machine = (text(dmi.resolve("sys_vendor")) + " " + text(dmi.resolve("product_name"))).strip();
        String uuid = text(dmi.resolve("product_uuid"));
        if (!machine.isEmpty() || !uuid.isEmpty()) {
            lines.add("machine: " + machine + (uuid.isEmpty() ? "" : ", UUID " + uuid.toLowerCase(Locale.ROOT)));
        }
        lines.add("processor: " + processors());
        try {
            Memory memory = Memory.read(root.resolve("proc/meminfo"));
            lines.add(
                    "memory: " + Units.bytes(memory.total()) + ", " + Units.bytes(memory.available()) + " of it free");
        } catch (IOException unreadable) {
            lines.add("memory: " + Failure.sentence(unreadable));
        }
        lines.add("kernel: " + text(root.resolve("proc/sys/kernel/osrelease")));
        lines.add("command line: " + text(root.resolve("proc/cmdline")));
        return lines;
    }

    private String processors() {
        int count = 0;
        String model = "";
        for (String line : text(root.resolve("proc/cpuinfo")).split("\n", -1)) {
            if (line.startsWith("processor")) {
                count++;
            } else if (line.startsWith("model name") && model.isEmpty()) {
                model = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return count + (model.isEmpty() ? "" : " × " + model);
    }

    /** The firmware, its Secure Boot state, and the stub that started the kernel. */
    List<String> firmware() {
        Path efi = root.resolve("sys/firmware/efi");
        if (!Files.isDirectory(efi)) {
            return List.of("firmware: not UEFI");
        }
        Path dmi = root.resolve("sys/class/dmi/id");
        EfiVarfs variables = new EfiVarfs(efi.resolve("efivars"));
        List<String> lines = new ArrayList<>();
        try {
            String version = variable(variables, "LoaderFirmwareType").orElse("UEFI");
            String maker = (text(dmi.resolve("bios_vendor")) + " " + text(dmi.resolve("bios_version"))).strip();
            lines.add("firmware: " + version + (maker.isEmpty() ? "" : ", " + maker));
            boolean secure = flag(variables, "SecureBoot");
            boolean setup = flag(variables, "SetupMode");
            lines.add("Secure Boot: " + (secure ? "on" : setup ? "off, without keys (setup mode)" : "off"));
            Optional<String> stub = variable(variables, "StubInfo");
            if (stub.isPresent()) {
                lines.add("stub: " + stub.get()
                        + variable(variables, "StubProfile")
                                .map(profile -> ", profile " + profile)
                                .orElse(""));
            }
        } catch (IOException unreadable) {
            lines.add("firmware: " + Failure.sentence(unreadable));
        }
        return lines;
    }

    private static boolean flag(EfiVarfs variables, String name) throws IOException {
        Optional<EfiVariable> variable = variables.find(EfiGuid.GLOBAL, name);
        return variable.isPresent()
                && !variable.get().data().isEmpty()
                && variable.get().data().at(0) == 1;
    }

    private static Optional<String> variable(EfiVarfs variables, String name) throws IOException {
        Optional<EfiVariable> variable = variables.find(EfiGuid.LOADER, name);
        return variable.isEmpty() ? Optional.empty() : variable.get().text();
    }

    /** The TPM, and what was measured on the way here. */
    List<String> tpm() {
        Path tpm = root.resolve("sys/class/tpm/tpm0");
        if (!Files.isDirectory(tpm)) {
            return List.of("TPM: none");
        }
        List<String> lines = new ArrayList<>();
        lines.add("TPM: version " + text(tpm.resolve("tpm_version_major")));
        for (String bank : BANKS) {
            Path registers = tpm.resolve("pcr-" + bank);
            if (Files.isDirectory(registers)) {
                for (int number : BOOT_PCRS) {
                    lines.add("PCR " + number + ": " + bank + " "
                            + text(registers.resolve(Integer.toString(number))).toLowerCase(Locale.ROOT));
                }
                return lines;
            }
        }
        return lines;
    }

    /** Network cards and storage controllers, and which driver each has. */
    List<String> cards() {
        List<String> lines = new ArrayList<>();
        for (Path device : entries(root.resolve("sys/bus/pci/devices"))) {
            String type = text(device.resolve("class"));
            boolean network = type.startsWith("0x02");
            if (network || type.startsWith("0x01")) {
                Path driver = device.resolve("driver");
                lines.add((network ? "network card: " : "storage controller: ")
                        + device.getFileName() + " " + hex(device, "vendor") + ":" + hex(device, "device") + ", "
                        + (Files.exists(driver) ? "driver " + link(driver) : "the initrd has no driver for it"));
            }
        }
        return lines;
    }

    private static String hex(Path device, String file) {
        String text = text(device.resolve(file));
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    private static String link(Path link) {
        try {
            return String.valueOf(link.toRealPath().getFileName());
        } catch (IOException gone) {
            return "unknown";
        }
    }

    /** Disks that a driver shows, and their partitions; what is made of memory or files is none. */
    List<String> disks() {
        List<String> lines = new ArrayList<>();
        for (Path disk : entries(root.resolve("sys/block"))) {
            if (Files.exists(disk.resolve("device"))) {
                String model = text(disk.resolve("device/model"));
                lines.add("disk: " + disk.getFileName() + " " + size(disk)
                        + (model.isEmpty() ? "" : ", " + model)
                        + (text(disk.resolve("ro")).equals("1") ? ", read-only" : ""));
                for (Path partition : entries(disk)) {
                    if (Files.exists(partition.resolve("partition"))) {
                        lines.add("partition: " + partition.getFileName() + " " + size(partition) + label(partition));
                    }
                }
            }
        }
        if (lines.isEmpty()) {
            lines.add("disk: none that a driver of the initrd shows");
        }
        return lines;
    }

    private static String size(Path device) {
        try {
            return Units.bytes(Long.parseLong(text(device.resolve("size"))) * SECTOR);
        } catch (NumberFormatException unknown) {
            return "of unknown size";
        }
    }

    private static String label(Path partition) {
        for (String line : text(partition.resolve("uevent")).split("\n", -1)) {
            if (line.startsWith("PARTNAME=")) {
                return ", " + line.substring("PARTNAME=".length());
            }
        }
        return "";
    }

    private static List<Path> entries(Path directory) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                for (Path entry : stream) {
                    entries.add(entry);
                }
            } catch (IOException gone) {
                return List.of();
            }
        }
        Collections.sort(entries);
        return entries;
    }

    /** A short file of the kernel's, without blanks at its ends; empty when it cannot be read. */
    private static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TEXT), StandardCharsets.UTF_8).strip();
        } catch (IOException absent) {
            return "";
        }
    }
}
