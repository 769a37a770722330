package org.pullboot.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory the machine has, from /proc/meminfo (proc(5)).
 *
 * @param total all of it that the kernel uses, in bytes
 * @param available what programs could still take without swapping, in bytes: an estimate of the kernel's
 */
public record Memory(long total, long available) {
    /** Where the kernel tells of the machine's memory. */
    public static final Path MEMINFO = Path.of("/proc/meminfo");

    /** Where the kernel tells of this process. */
    public static final Path SELF_STATUS = Path.of("/proc/self/status");

    private static final long KIB = 1024;

    /**
     * Reads how much there is now.
     *
     * @param meminfo {@link #MEMINFO}, or a file in its place
     * @throws IOException when it cannot be read or lacks a number
     */
    public static Memory read(Path meminfo) throws IOException {
        String text = text(meminfo);
        return new Memory(kibibytes(text, "MemTotal:", meminfo), kibibytes(text, "MemAvailable:", meminfo));
    }

    /**
     * The most memory this process ever had resident, in bytes.
     *
     * @param status {@link #SELF_STATUS}, or a file in its place
     * @throws IOException when it cannot be read or lacks the number
     */
    public static long peakResident(Path status) throws IOException {
        return kibibytes(text(status), "VmHWM:", status);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static long kibibytes(String text, String key, Path file) throws IOException {
        int line = text.startsWith(key) ? 0 : text.indexOf("\n" + key) + 1;
        if (line == 0 && !text.startsWith(key)) {
            throw new IOException(file + " has no line '" + key + "'");
        }
        long value = 0;
        int digits = 0;
        for (int i = line + key.length(); i < text.length() && text.charAt(i) != '\n'; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && digits < 15) {
                value = value * 10 + (c - '0');
                digits++;
            }
        }
        if (digits == 0) {
            throw new IOException(file + " has no number in its line '" + key + "'");
        }
        return value * KIB;
    }
}
