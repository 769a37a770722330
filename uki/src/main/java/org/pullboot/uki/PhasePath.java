package org.pullboot.uki;

import java.util.Arrays;
import java.util.List;

/**
 * How far a boot has come: the words that systemd-pcrphase has measured since the kernel was started, in their order.
 *
 * @param words such as {@code enter-initrd}; none at the start of the kernel
 */
public record PhasePath(List<String> words) implements Comparable<PhasePath> {
    private static final String SEPARATOR = ":";

    /** Before any word was measured. */
    public static final PhasePath KERNEL = new PhasePath(List.of());

    /** In the initrd. */
    public static final PhasePath INITRD = of("enter-initrd");

    /** Those of a regular boot, from the initrd until it is complete, which systemd-measure takes when it is told none. */
    public static final List<PhasePath> REGULAR = List.of(
            INITRD,
            of("enter-initrd:leave-initrd"),
            of("enter-initrd:leave-initrd:sysinit"),
            of("enter-initrd:leave-initrd:sysinit:ready"));

    /** Copies the list. */
    public PhasePath {
        words = List.copyOf(words);
    }

    /** Words separated by colons; empty ones do not count, so that {@code :} is the start of the kernel. */
    public static PhasePath of(String text) {
        return new PhasePath(Arrays.stream(text.split(SEPARATOR, -1))
                .filter(word -> !word.isEmpty())
                .toList());
    }

    /** Sorted by their text and each once, as systemd-measure goes through them. */
    public static List<PhasePath> sorted(List<PhasePath> paths) {
        return paths.stream().distinct().sorted().toList();
    }

    @Override
    public int compareTo(PhasePath other) {
        return toString().compareTo(other.toString());
    }

    /** The words with colons between them; a colon alone when there are none. */
    @Override
    public String toString() {
        return words.isEmpty() ? SEPARATOR : String.join(SEPARATOR, words);
    }
}
