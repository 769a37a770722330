package org.pullboot.e2e;

/** What a {@link FaultServer} does wrong to one request for its file. */
sealed interface Fault {
    /** Nothing: the request is answered as it should be. */
    record None() implements Fault {}

    /** Says how long the body is, sends that many bytes of it and resets the connection. */
    record Drop(long after) implements Fault {}

    /** Says how long the body is, sends that many bytes of it and ends the connection in order. */
    record Close(long after) implements Fault {}

    /** Sends that many bytes, then nothing more, and leaves the connection open. */
    record Stall(long after) implements Fault {}

    /** As if the file had only that many bytes: a copy that was cut off. */
    record Cut(long length) implements Fault {}

    /** One byte at that place is another one. */
    record Corrupt(long position) implements Fault {}

    /** Answers with this status and no file. */
    record Refuse(int status) implements Fault {}
}
