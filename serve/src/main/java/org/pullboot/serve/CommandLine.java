package org.pullboot.serve;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.GenerationId;

/**
 * The kernel command lines of a UKI that is built for an image (docs/PROTOCOL.md).
 *
 * @param image the image's file
 * @param measure what it unpacks to, and its digest
 * @param modules the archive of the kernel's modules; null when the image has them
 * @param modulesMeasure of that archive; null when there is none
 * @param more the user's own words
 * @param disk how the image is had as a disk; null when it is downloaded
 */
record CommandLine(
        Candidate image,
        Measure measure,
        @Nullable String modules,
        @Nullable Measure modulesMeasure,
        String more,
        @Nullable NvmeRoot disk) {
    /** Both a screen and a serial line show how the boot goes; the last one is what programs write to. */
    private static final String CONSOLES = "console=tty0 console=ttyS0,115200";

    /**
     * A root disk over NVMe/TCP, from the server that the UKI comes from.
     *
     * @param port where the target listens
     * @param ramFallback whether a machine that cannot connect downloads the image
     */
    record NvmeRoot(int port, boolean ramFallback) {}

    /**
     * The ways to start, whose numbers are promised: 0 as the server was told, 1 the other way to the root, 2 a console that shows
     * what the machine sees. Without another way 1 is the same as 0, so that 2 stays 2.
     *
     * @param generation null for what the generation's id is made from
     */
    List<BootProfile> profiles(@Nullable GenerationId generation) {
        String stem = ServedName.stem(image.name());
        String rescue = "rd.pullboot.rescue rd.systemd.pull.failure_action=none " + common(generation, List.of());
        BootProfile ram = new BootProfile("ram", stem + ", in memory", root(generation, null));
        BootProfile first = disk == null || image.tar()
                ? ram
                : new BootProfile("nvme", stem + ", on a disk of the server", root(generation, disk));
        BootProfile second = first.equals(ram) || !isDownloadable()
                ? new BootProfile("same", first.title(), first.commandLine())
                : ram;
        return List.of(first, second, new BootProfile("rescue", stem + ", rescue console", rescue));
    }

    /** What a machine would download is no disk when it is packed as QEMU does it. */
    private boolean isDownloadable() {
        return image.unpacked() == null;
    }

    /** The words of the first profile, for a generation; the same without it for what the generation's id is made from. */
    String text(@Nullable GenerationId generation) {
        return profiles(generation).getFirst().commandLine();
    }

    private String root(@Nullable GenerationId generation, @Nullable NvmeRoot from) {
        String name = image.name();
        List<String> words = new ArrayList<>();
        boolean download = from == null || (from.ramFallback() && isDownloadable());
        if (from != null) {
            words.add("root=nvme:tcp:bootorigin:" + from.port() + ":" + SubsystemName.of(name));
            words.add("rd.pullboot.root=" + (download ? "nvme,ram" : "nvme"));
            if (download) {
                words.add("rd.systemd.pull=raw,machine,verify=no,blockdev,bootorigin:rootdisk:" + name);
            }
        } else if (image.tar()) {
            words.add("rd.systemd.pull=tar,machine,verify=no,bootorigin:root:" + name);
            words.add("root=bind:/run/machines/root");
        } else {
            words.add("rd.systemd.pull=raw,machine,verify=no,blockdev,bootorigin:rootdisk:" + name);
            words.add("root=gpt-auto");
        }
        List<String> pins = new ArrayList<>();
        if (download) {
            pins.add(
                    "rd.pullboot.digest=" + name + ":sha256:" + measure.digest().hex());
            pins.add("rd.pullboot.size=" + name + ":" + measure.unpacked() + (image.tar() ? "" : ":" + measure.data()));
        }
        if (modules != null && modulesMeasure != null) {
            pins.add("rd.pullboot.modules=" + modules);
            pins.add("rd.pullboot.digest=" + modules + ":sha256:"
                    + modulesMeasure.digest().hex());
        }
        words.add(common(generation, pins));
        return String.join(" ", words);
    }

    /** What every profile has; the user's words come last, as the last of two words counts. */
    private String common(@Nullable GenerationId generation, List<String> pins) {
        List<String> words = new ArrayList<>();
        words.add("ip=any");
        // An initrd that cannot even start panics the kernel, which would stay so for ever.
        words.add("panic=30");
        if (generation != null) {
            words.add("rd.pullboot.generation=" + generation);
        }
        words.addAll(pins);
        if (!more.contains("console=")) {
            words.add(CONSOLES);
        }
        if (!more.isBlank()) {
            words.add(more.strip());
        }
        return String.join(" ", words);
    }
}
