package org.pullboot.serve;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.GenerationId;

/**
 * The kernel command line of a UKI that is built for an image (docs/PROTOCOL.md).
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

    /** The words, for a generation; the same without it for what the generation's id is made from. */
    String text(@Nullable GenerationId generation) {
        String name = image.name();
        List<String> words = new ArrayList<>();
        // What the machine would download is no disk when it is packed as QEMU does it.
        boolean download = image.tar() || disk == null || (disk.ramFallback() && image.unpacked() == null);
        if (!image.tar() && disk != null) {
            words.add("root=nvme:tcp:bootorigin:" + disk.port() + ":" + SubsystemName.of(name));
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
        words.add("ip=any");
        // An initrd that cannot even start panics the kernel, which would stay so for ever.
        words.add("panic=30");
        if (generation != null) {
            words.add("rd.pullboot.generation=" + generation);
        }
        if (download) {
            words.add(
                    "rd.pullboot.digest=" + name + ":sha256:" + measure.digest().hex());
            words.add(
                    "rd.pullboot.size=" + name + ":" + measure.unpacked() + (image.tar() ? "" : ":" + measure.data()));
        }
        if (modules != null && modulesMeasure != null) {
            words.add("rd.pullboot.modules=" + modules);
            words.add("rd.pullboot.digest=" + modules + ":sha256:"
                    + modulesMeasure.digest().hex());
        }
        if (!more.contains("console=")) {
            words.add(CONSOLES);
        }
        if (!more.isBlank()) {
            words.add(more.strip());
        }
        return String.join(" ", words);
    }
}
