package org.pullboot.nvme;

import java.math.BigInteger;
import java.util.Random;

/** One side's half of a Diffie-Hellman exchange; for one use. */
final class DhKeyPair {
    private static final BigInteger GENERATOR = BigInteger.TWO;

    private final DhGroup group;
    private final BigInteger exponent;

    private DhKeyPair(DhGroup group, BigInteger exponent) {
        this.group = group;
        this.exponent = exponent;
    }

    /** A pair of a group that is not {@link DhGroup#NULL}. */
    static DhKeyPair generate(DhGroup group, Random random) {
        int bits = group.exponentBits();
        return new DhKeyPair(group, new BigInteger(bits, random).setBit(bits - 1));
    }

    /** What the other side is told: big-endian, as long as the group's prime. */
    byte[] publicValue() {
        return padded(GENERATOR.modPow(exponent, group.prime()));
    }

    /**
     * What both sides have in common, big-endian, as long as the group's prime.
     *
     * @param other the other side's public value
     * @throws DhChapException when it is no such value of this group, or one that gives the result away
     */
    byte[] shared(byte[] other) throws DhChapException {
        BigInteger value = new BigInteger(1, other);
        BigInteger last = group.prime().subtract(BigInteger.ONE);
        if (other.length != group.length() || value.compareTo(BigInteger.ONE) <= 0 || value.compareTo(last) >= 0) {
            throw new DhChapException(
                    DhChapException.INCORRECT_PAYLOAD,
                    "a public value of " + group + " is between 1 and p - 1, in " + group.length()
                            + " bytes; this one is not, so the host is broken or hostile");
        }
        return padded(value.modPow(exponent, group.prime()));
    }

    private byte[] padded(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[group.length()];
        // BigInteger puts a zero in front when the first bit is set.
        int from = Math.max(0, bytes.length - padded.length);
        int length = bytes.length - from;
        System.arraycopy(bytes, from, padded, padded.length - length, length);
        return padded;
    }
}
