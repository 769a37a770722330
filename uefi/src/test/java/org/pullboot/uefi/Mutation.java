package org.pullboot.uefi;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Damages bytes as transmission, flash wear and ill will do: flips, cuts, foreign sizes, doubled pieces. Sizes go up to 4 GiB,
 * which no heap of a test has: a reader that allocates before it checks dies here.
 */
final class Mutation {
    private static final long[] SIZES = {0, 1, 3, 4, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL};

    private Mutation() {}

    /** A damaged copy. */
    static byte[] of(byte[] good, RandomGenerator random) {
        byte[] bytes = good.clone();
        for (int times = random.nextInt(1, 5); times > 0 && bytes.length > 0; times--) {
            bytes = once(bytes, 0, bytes.length, random);
        }
        return bytes;
    }

    /** Damages these bytes between two positions, and not their length. */
    static void inPlace(byte[] bytes, int from, int to, RandomGenerator random) {
        int at = random.nextInt(from, to);
        switch (random.nextInt(3)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            default -> size(bytes, at, to, random);
        }
    }

    private static byte[] once(byte[] bytes, int from, int to, RandomGenerator random) {
        int at = random.nextInt(from, to);
        int way = random.nextInt(6);
        if (way == 0) {
            return Arrays.copyOf(bytes, at);
        }
        if (way == 1) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 64));
            System.arraycopy(bytes, 0, longer, longer.length - bytes.length, bytes.length);
            return longer;
        }
        inPlace(bytes, from, to, random);
        return bytes;
    }

    private static void size(byte[] bytes, int at, int to, RandomGenerator random) {
        long value = random.nextInt(4) == 0 ? random.nextLong() : SIZES[random.nextInt(SIZES.length)];
        int width = random.nextBoolean() ? 4 : 2;
        for (int i = 0; i < width && at + i < to; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
