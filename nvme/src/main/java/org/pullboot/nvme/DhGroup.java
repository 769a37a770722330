package org.pullboot.nvme;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The Diffie-Hellman groups of DH-HMAC-CHAP (NVM Express Base 2.0, 8.13.5.3), weakest first.
 *
 * <p>All but the first are the safe primes of RFC 7919 with generator 2. The RFC gives them by a formula over the digits
 * of e, so that everybody can see that nothing is hidden in them; so does this.
 */
public enum DhGroup {
    /** No exchange: who records it can guess at a weak secret afterwards. */
    NULL(0, 0, 0, 0),
    /** 2048 bits. */
    FFDHE2048(1, 2048, 560_316, 225),
    /** 3072 bits. */
    FFDHE3072(2, 3072, 2_625_351, 275),
    /** 4096 bits. */
    FFDHE4096(3, 4096, 5_736_041, 325),
    /** 6144 bits. */
    FFDHE6144(4, 6144, 15_705_020, 375),
    /** 8192 bits. */
    FFDHE8192(5, 8192, 10_965_728, 400);

    private final int id;
    private final int bits;
    private final int exponentBits;
    private final BigInteger prime;

    DhGroup(int id, int bits, int increment, int exponentBits) {
        this.id = id;
        this.bits = bits;
        this.exponentBits = exponentBits;
        this.prime = bits == 0 ? BigInteger.ZERO : prime(bits, increment);
    }

    /** As it is written on the wire. */
    int id() {
        return id;
    }

    /** Of a public value, which is always padded to it; in bytes, 0 for {@link #NULL}. */
    int length() {
        return bits / Byte.SIZE;
    }

    /** What all arithmetic is modulo of; 0 for {@link #NULL}. */
    BigInteger prime() {
        return prime;
    }

    /** Of a secret exponent that is as hard to find as the group is hard to break (RFC 7919, 5.2 and appendix A). */
    int exponentBits() {
        return exponentBits;
    }

    static Optional<DhGroup> ofId(int id) {
        for (DhGroup group : values()) {
            if (group.id == id) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    /** 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1. */
    private static BigInteger prime(int bits, int increment) {
        BigInteger middle = scaledE(bits - 130).add(BigInteger.valueOf(increment));
        return BigInteger.ONE
                .shiftLeft(bits)
                .subtract(BigInteger.ONE.shiftLeft(bits - 64))
                .add(middle.shiftLeft(64))
                .subtract(BigInteger.ONE);
    }

    /** floor(2^scale e), as the sum of 1/k!. */
    private static BigInteger scaledE(int scale) {
        // Each of some thousand terms is cut off by less than one unit of the guard bits.
        int guard = 32;
        BigInteger term = BigInteger.ONE.shiftLeft(scale + guard);
        BigInteger sum = term;
        for (long k = 1; term.signum() > 0; k++) {
            term = term.divide(BigInteger.valueOf(k));
            sum = sum.add(term);
        }
        return sum.shiftRight(guard);
    }
}
