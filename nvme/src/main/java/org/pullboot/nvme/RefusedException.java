package org.pullboot.nvme;

/** A host may not connect to a subsystem. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why; it decides the status that the host is given, and whether the host tries again. */
    public enum Reason {
        /** There is no such subsystem: Connect Invalid Parameters, for good. */
        UNKNOWN_SUBSYSTEM,
        /** This host may not have it: Connect Invalid Host, for good. */
        HOST_NOT_ALLOWED,
        /** Not now: Controller Busy, without Do Not Retry, since hosts give up their root disk for that. */
        NOT_NOW
    }

    private final Reason reason;

    /** Refuses, with a sentence for the log. */
    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
