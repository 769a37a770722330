package org.pullboot.pull;

import java.io.IOException;

/** Why a file could not be had from one place, and what that means for trying again. */
final class Fault extends IOException {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    enum Kind {
        /** The place has no such file: go to the next place. */
        MISSING,
        /** The place will not give it: go to the next place. */
        REFUSED,
        /** The file is another one than before: begin anew. */
        CHANGED,
        /** What came is not what it must be: leave this place out and begin anew with the next. */
        WRONG,
        /** It may work the next time. */
        PASSING
    }

    private final Kind kind;

    Fault(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Fault(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** The sentence; every fault has one. */
    String sentence() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
