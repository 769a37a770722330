package org.pullboot.pull;

/**
 * What the boot command line says a file unpacks to ({@code rd.pullboot.size=}).
 *
 * @param bytes the unpacked size, exactly; 0 or more
 * @param data how many of them are not holes: what they need of memory; {@code bytes} when that was not said
 */
public record DeclaredSize(long bytes, long data) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is negative or there is more data than bytes
     */
    public DeclaredSize {
        if (bytes < 0 || data < 0 || data > bytes) {
            throw new IllegalArgumentException("a size of " + bytes + " bytes with " + data + " bytes of data is none");
        }
    }
}
