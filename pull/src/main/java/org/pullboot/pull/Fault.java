package org.pullboot.pull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

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
    private final boolean asksWho;
    private final @Nullable String challenge;

    Fault(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.asksWho = false;
        this.challenge = null;
    }

    /**
     * A server that wants to know who asks.
     *
     * @param challenge the value of its {@code WWW-Authenticate} header, if it has one
     */
    Fault(String message, @Nullable String challenge) {
        super(message);
        this.kind = Kind.REFUSED;
        this.asksWho = true;
        this.challenge = challenge;
    }

    Fault(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.asksWho = false;
        this.challenge = null;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the server wants to know who asks. */
    boolean isChallenge() {
        return asksWho;
    }

    /** What the server wants to be told, if it says so. */
    @Nullable
    String challenge() {
        return challenge;
    }

    /** The sentence; every fault has one. */
    String sentence() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
