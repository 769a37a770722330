package org.pullboot.nvme;

import java.util.OptionalLong;

/**
 * The properties of a controller (NVM Express Base 2.0, 3.1.3) and how its host starts and stops it with them.
 *
 * <p>One thread at a time changes them; any may ask whether the controller is ready.
 */
final class ControllerProperties {
    /** What a change of CC does to the rest of the controller. */
    interface Actions {
        /** EN went from 0 to 1, and the configuration is right; answers whether all is there that is needed. */
        boolean enable();

        /** The host announced that it will go; answers whether all that was written will outlive it. */
        boolean shutDown();

        /** EN went from 1 to 0, or the configuration is wrong. */
        void disable();
    }

    /** The version that it keeps to: 1.4.0. */
    static final int VERSION = 0x0001_0400;

    private static final int CAP = 0x00;
    private static final int CAP_HIGH = 0x04;
    private static final int VS = 0x08;
    private static final int CC = 0x14;
    private static final int CSTS = 0x1c;

    private static final long CAP_CONTIGUOUS_QUEUES = 1L << 16;
    /** 15 s until it is ready or not, in units of 500 ms. */
    private static final long CAP_TIMEOUT = 30L << 24;

    private static final long CAP_NVM_COMMAND_SET = 1L << 37;

    private static final int CC_ENABLE = 1;
    private static final int CC_COMMAND_SET = 7 << 4;
    private static final int CC_PAGE_SIZE = 0xf << 7;
    private static final int CC_ARBITRATION = 7 << 11;
    private static final int CC_SHUTDOWN = 3 << 14;
    private static final int CC_QUEUE_ENTRY_SIZES = 0xff << 16;
    /** 64 bytes of a submission, 16 of a completion, as powers of two. */
    private static final int CC_ENTRIES_64_16 = 0x46 << 16;

    private static final int CC_DEFINED =
            CC_ENABLE | CC_COMMAND_SET | CC_PAGE_SIZE | CC_ARBITRATION | CC_SHUTDOWN | CC_QUEUE_ENTRY_SIZES;

    private static final int CSTS_READY = 1;
    private static final int CSTS_FATAL = 1 << 1;
    private static final int CSTS_SHUTDOWN_UNDER_WAY = 1 << 2;
    private static final int CSTS_SHUTDOWN_COMPLETE = 2 << 2;
    private static final int CSTS_SHUTDOWN = 3 << 2;

    private final long capabilities;
    private final boolean hasIoQueues;
    private final Actions actions;
    private int configuration;
    private volatile int status;

    /**
     * Properties of a controller that has not been enabled.
     *
     * @param hasIoQueues whether the sizes of queue entries matter
     */
    ControllerProperties(ControllerLimits limits, boolean hasIoQueues, Actions actions) {
        capabilities = (limits.queueEntries() - 1) | CAP_CONTIGUOUS_QUEUES | CAP_TIMEOUT | CAP_NVM_COMMAND_SET;
        this.hasIoQueues = hasIoQueues;
        this.actions = actions;
    }

    /** Enabled, and neither failed nor shut down. */
    boolean ready() {
        return (status & (CSTS_READY | CSTS_FATAL | CSTS_SHUTDOWN)) == CSTS_READY;
    }

    /**
     * Reads a property.
     *
     * @param offset unsigned
     * @param size 0 for 4 bytes, 1 for 8
     * @return nothing when there is no property of this size there
     */
    OptionalLong get(int offset, int size) {
        if (size == 1) {
            return offset == CAP ? OptionalLong.of(capabilities) : OptionalLong.empty();
        }
        if (size != 0) {
            return OptionalLong.empty();
        }
        return switch (offset) {
            case CAP -> OptionalLong.of(capabilities & 0xffff_ffffL);
            case CAP_HIGH -> OptionalLong.of(capabilities >>> 32);
            case VS -> OptionalLong.of(VERSION);
            case CC -> OptionalLong.of(configuration & 0xffff_ffffL);
            case CSTS -> OptionalLong.of(status);
            default -> OptionalLong.empty();
        };
    }

    /**
     * Writes a property. NSSR is not there to be written: a host could reset the machines of all others with it.
     *
     * @return whether there is a property of this size there that can be written
     */
    boolean set(int offset, int size, long value) {
        if (offset != CC || size != 0) {
            return false;
        }
        configure((int) value & CC_DEFINED);
        return true;
    }

    /** Stops, until the host resets it. */
    private void fail() {
        status = (status & ~CSTS_READY) | CSTS_FATAL;
        actions.disable();
    }

    private void configure(int wanted) {
        int before = configuration;
        configuration = wanted;
        boolean wasEnabled = (before & CC_ENABLE) != 0;
        boolean enabled = (wanted & CC_ENABLE) != 0;
        boolean shutDown = (wanted & CC_SHUTDOWN) != 0 && (before & CC_SHUTDOWN) == 0;
        if (enabled && !wasEnabled) {
            status = 0;
        }
        if (enabled && (status & CSTS_FATAL) == 0) {
            if (!valid(wanted) || (!wasEnabled && !actions.enable())) {
                fail();
            } else if (!wasEnabled) {
                status = CSTS_READY;
            }
        }
        if (shutDown) {
            status = (status & ~CSTS_SHUTDOWN) | CSTS_SHUTDOWN_UNDER_WAY;
            boolean kept = actions.shutDown();
            // Hosts wait for the end of the shutdown, however it ended.
            status = (status & ~CSTS_SHUTDOWN) | CSTS_SHUTDOWN_COMPLETE | (kept ? 0 : CSTS_FATAL);
        }
        if (wasEnabled && !enabled) {
            // A host that does both at once may wait for either.
            status = shutDown ? CSTS_SHUTDOWN_COMPLETE : 0;
            actions.disable();
        }
    }

    private boolean valid(int wanted) {
        return (wanted & (CC_COMMAND_SET | CC_PAGE_SIZE | CC_ARBITRATION)) == 0
                && (!hasIoQueues || (wanted & CC_QUEUE_ENTRY_SIZES) == CC_ENTRIES_64_16);
    }
}
