package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One NVMe controller as the kernel shows it in sysfs.
 *
 * <p>A namespace that several controllers may share is a block device of the subsystem, {@code nvmeSnN}, and a hidden
 * one for each controller, {@code nvmeScCnN}; any other is {@code nvmeCnN} alone. S, C and N are the kernel's numbers.
 */
final class NvmeController {
    private static final int SECTOR = 512;

    private final Path sys;
    private final Path directory;

    /**
     * Looks at nothing yet.
     *
     * @param sys /sys, or a directory in its place
     * @param number the kernel's number of the controller
     */
    NvmeController(Path sys, int number) {
        this.sys = sys;
        this.directory = sys.resolve("class/nvme/nvme" + number);
    }

    /** "live", "connecting" and so on; "gone" when the controller is not there. */
    String state() {
        try {
            return text(directory.resolve("state"));
        } catch (IOException gone) {
            return "gone";
        }
    }

    /**
     * The name of the block device of a namespace, once it has a size.
     *
     * @param namespace its NSID
     */
    Optional<String> device(int namespace) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "nvme*")) {
            for (Path entry : entries) {
                String device = head(entry.getFileName().toString());
                if (!device.isEmpty() && is(entry.resolve("nsid"), namespace) && bytes(device) > 0) {
                    return Optional.of(device);
                }
            }
        }
        return Optional.empty();
    }

    /** The block device that programs use: nvme0n1 for nvme0c3n1; empty for what is none. */
    static String head(String name) {
        int at = digits(name, "nvme".length());
        int end = at < 0 ? -1 : at;
        if (at > 0 && at < name.length() && name.charAt(at) == 'c') {
            end = digits(name, at + 1);
        }
        if (end < 0 || end >= name.length() || name.charAt(end) != 'n' || digits(name, end + 1) != name.length()) {
            return "";
        }
        return name.substring(0, at) + name.substring(end);
    }

    /** Where the digits from there end; -1 when there is none. */
    private static int digits(String name, int start) {
        int end = start;
        while (end < name.length() && name.charAt(end) >= '0' && name.charAt(end) <= '9') {
            end++;
        }
        return end == start ? -1 : end;
    }

    private static boolean is(Path file, int number) throws IOException {
        return Files.exists(file) && text(file).equals(Integer.toString(number));
    }

    /** The size of a block device; 0 when it is not there yet. */
    long bytes(String device) throws IOException {
        Path size = sys.resolve("class/block").resolve(device).resolve("size");
        if (!Files.exists(size)) {
            return 0;
        }
        String text = text(size);
        long sectors = 0;
        for (int i = 0; i < text.length() && i < 16; i++) {
            sectors = sectors * 10 + Character.digit(text.charAt(i), 10);
        }
        return sectors * SECTOR;
    }

    /** Disconnects. */
    void remove() throws IOException {
        Files.writeString(directory.resolve("delete_controller"), "1", StandardOpenOption.WRITE);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    }
}
