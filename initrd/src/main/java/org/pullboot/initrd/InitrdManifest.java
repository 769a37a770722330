package org.pullboot.initrd;

import java.util.List;
import org.pullboot.image.Sha256;

/**
 * What an initrd is made of.
 *
 * @param kernel the version of the kernel that it is for
 * @param java the version of its Java runtime
 * @param segments the archives that it consists of, in their order
 * @param bytes the size of the whole file
 * @param sha256 the digest of the whole file
 * @param modules the names of the kernel modules in it
 * @param warnings sentences on what is missing, or larger than it should be; nothing that keeps it from being used
 */
public record InitrdManifest(
        String kernel,
        String java,
        List<Segment> segments,
        long bytes,
        Sha256 sha256,
        List<String> modules,
        List<String> warnings) {

    /**
     * One of the compressed archives that are joined to an initrd.
     *
     * @param name {@code libraries}, {@code java}, {@code modules} or {@code aot}
     * @param reproducible whether the same input always gives the same bytes
     * @param rawBytes its size when unpacked, as a cpio archive
     * @param bytes its size in the initrd, without padding
     * @param sha256 the digest of its {@code bytes} bytes in the initrd
     */
    public record Segment(String name, boolean reproducible, long rawBytes, long bytes, Sha256 sha256) {}

    public InitrdManifest {
        segments = List.copyOf(segments);
        modules = List.copyOf(modules);
        warnings = List.copyOf(warnings);
    }

    /** What it takes in memory when it is unpacked, in bytes. */
    public long rawBytes() {
        return segments.stream().mapToLong(Segment::rawBytes).sum();
    }

    /** Lines for a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("kernel ").append(kernel).append(", Java ").append(java).append(", ");
        text.append(modules.size()).append(" modules\n");
        for (Segment segment : segments) {
            text.append("  %-9s %8s -> %8s  %s%s%n"
                    .formatted(
                            segment.name(),
                            megabytes(segment.rawBytes()),
                            megabytes(segment.bytes()),
                            segment.sha256(),
                            segment.reproducible() ? "" : " (not reproducible)"));
        }
        text.append("  %-9s %8s -> %8s  %s%n".formatted("whole", megabytes(rawBytes()), megabytes(bytes), sha256));
        warnings.forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    static String megabytes(long bytes) {
        return "%.1f MB".formatted(bytes / 1e6);
    }
}
