package org.pullboot.serve;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Files that are what they need to be at their beginning, and noise behind it. */
final class TestFiles {
    private static final int SIZE = 200_000;
    private static final int HEAD = 1024;

    private TestFiles() {}

    /** A PE image with a kernel's section: as much of a UKI as a server looks at. */
    static byte[] uki(long seed) {
        return pe(".linux", seed);
    }

    /** A PE image with one section. */
    static byte[] pe(String section, long seed) {
        byte[] pe = noise(seed);
        put(pe, 0, "MZ");
        pe[0x3c] = 0x40;
        put(pe, 0x40, "PE\0\0");
        pe[0x46] = 1;
        put(pe, 0x58, section);
        return pe;
    }

    /** A disk with a GUID partition table that nobody should look into. */
    static byte[] disk(long seed) {
        byte[] disk = noise(seed);
        put(disk, 512, "EFI PART");
        return disk;
    }

    private static void put(byte[] file, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, file, at, text.length());
    }

    private static byte[] noise(long seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        Arrays.fill(bytes, 0, HEAD, (byte) 0);
        return bytes;
    }
}
