package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Loads the drivers for what the kernel found before the agent ran: network cards and the buses they sit on. Disks are
 * left alone, as nothing is on them that a boot needs.
 *
 * <p>A driver for a bus makes new devices appear, so the buses are looked through until nothing new turns up. One
 * thread at a time.
 */
final class Coldplug {
    private static final String[] BUSES = {"pci", "virtio", "usb", "vmbus", "xen", "acpi", "platform"};

    /** Where drivers are that nothing here needs; loading them would cost time and touch disks. */
    private static final String[] NOT_NEEDED = {
        "block/", "scsi/", "nvme/", "ata/", "md/", "mmc/", "gpu/", "video/", "input/", "hid/", "media/", "char/",
        "ptp/",
    };

    private static final String DRIVERS = "kernel/drivers/";
    private static final int PASSES = 5;

    private final Path buses;
    private final ModuleLoader modules;
    private final Console console;
    private final Set<String> seen = new HashSet<>();

    /**
     * Nothing is loaded yet.
     *
     * @param buses /sys/bus, or a directory in its place
     */
    Coldplug(Path buses, ModuleLoader modules, Console console) {
        this.buses = buses;
        this.modules = modules;
        this.console = console;
    }

    /**
     * Loads what is new since the last call.
     *
     * @return whether there was anything new
     */
    boolean run() throws IOException {
        boolean any = false;
        for (int pass = 0; pass < PASSES && pass(); pass++) {
            any = true;
        }
        return any;
    }

    private boolean pass() throws IOException {
        boolean any = false;
        for (String bus : BUSES) {
            Path devices = buses.resolve(bus).resolve("devices");
            if (Files.isDirectory(devices)) {
                any |= bus(devices);
            }
        }
        return any;
    }

    private boolean bus(Path devices) throws IOException {
        boolean any = false;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(devices)) {
            for (Path device : stream) {
                String alias = alias(device.resolve("modalias"));
                if (!alias.isEmpty() && seen.add(alias)) {
                    any |= load(alias);
                }
            }
        }
        return any;
    }

    private static String alias(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    }

    private boolean load(String alias) {
        boolean any = false;
        for (String name : modules.namesFor(alias)) {
            if (isNeeded(modules.path(name))) {
                try {
                    any |= modules.load(name);
                } catch (IOException refused) {
                    console.warn(Failure.sentence(refused));
                }
            }
        }
        return any;
    }

    private static boolean isNeeded(String path) {
        if (!path.startsWith(DRIVERS)) {
            return !path.isEmpty();
        }
        for (String group : NOT_NEEDED) {
            if (path.startsWith(group, DRIVERS.length())) {
                return false;
            }
        }
        return true;
    }
}
