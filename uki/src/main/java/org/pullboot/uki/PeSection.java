package org.pullboot.uki;

/**
 * A section header of a PE file (PE/COFF, section 4). Sizes and places are unsigned 32-bit values.
 *
 * @param name at most 8 characters
 * @param virtualSize bytes in memory; of a UKI's sections the exact length of the content
 * @param virtualAddress where it goes in memory, from the start of the image
 * @param rawSize bytes in the file, padding included
 * @param rawOffset where they are in the file
 * @param characteristics the IMAGE_SCN_ bits
 */
public record PeSection(
        String name, long virtualSize, long virtualAddress, long rawSize, long rawOffset, int characteristics) {
    static final int HEADER = 40;
    static final int CODE = 0x20;
    static final int INITIALIZED_DATA = 0x40;
    static final int READ = 0x40000000;

    /** How many bytes of the file are content: padding in the file and zeros only in memory do not count. */
    public long contentSize() {
        return Math.min(virtualSize, rawSize);
    }

    PeSection withVirtualSize(long size) {
        return new PeSection(name, size, virtualAddress, rawSize, rawOffset, characteristics);
    }

    /** The first byte in memory behind it. */
    long virtualEnd() {
        return virtualAddress + virtualSize;
    }
}
