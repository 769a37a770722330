package org.pullboot.nvme;

/**
 * How much one controller gives its host, as it announces in its properties and in Identify Controller.
 *
 * @param queues I/O queues that it grants, 1 to 65534
 * @param queueEntries commands that an I/O queue holds, 2 to 65536
 * @param capsuleUnits size of a command capsule of an I/O queue with the data in it, in units of 16 bytes (IOCCSZ), 4 or
 *     more
 * @param maxDataBytes data of one command at most (MDTS), a power of two times 4096
 * @param asyncEvents Asynchronous Event Requests that it holds, 1 to 256
 * @param aborts Abort commands that it takes at one time, 1 to 256
 */
record ControllerLimits(int queues, int queueEntries, int capsuleUnits, int maxDataBytes, int asyncEvents, int aborts) {
    /** The unit of {@link #maxDataBytes}: the smallest memory page. */
    static final int PAGE = 4096;

    /** Bytes of a command capsule without data, in units of 16. */
    private static final int BARE_CAPSULE = 4;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is left
     */
    ControllerLimits {
        check("I/O queues", queues, 1, 65_534);
        check("queue entries", queueEntries, 2, 65_536);
        check("units of a capsule", capsuleUnits, BARE_CAPSULE, 65_536);
        check("bytes of data", maxDataBytes, PAGE, 1 << 30);
        check("event requests", asyncEvents, 1, 256);
        check("aborts", aborts, 1, 256);
        if (Integer.bitCount(maxDataBytes) != 1) {
            throw new IllegalArgumentException("the limit of a command's data is a power of two, not " + maxDataBytes);
        }
    }

    /** Four queues of 128 entries, 8 KiB of data in a capsule, 1 MiB in a command. */
    static ControllerLimits defaults() {
        return new ControllerLimits(4, 128, BARE_CAPSULE + 8192 / 16, 1 << 20, 4, 4);
    }

    /** The same with other numbers of queues. */
    ControllerLimits withQueues(int granted) {
        return new ControllerLimits(granted, queueEntries, capsuleUnits, maxDataBytes, asyncEvents, aborts);
    }

    /** MDTS: the binary logarithm of {@link #maxDataBytes} in pages. */
    int maxDataExponent() {
        return Integer.numberOfTrailingZeros(maxDataBytes / PAGE);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "a controller has " + least + " to " + most + " " + what + ", not " + value);
        }
    }
}
