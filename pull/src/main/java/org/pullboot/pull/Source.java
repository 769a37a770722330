package org.pullboot.pull;

import org.jspecify.annotations.Nullable;

/** One of the places where a file may be, and how it has behaved. */
final class Source {
    private final String url;
    private int failures;
    private int changes;
    private boolean out;
    private @Nullable Fault last;

    Source(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    /** The URL for people, without user and password. */
    String shown() {
        return Urls.shown(url);
    }

    /** How many attempts have failed in a row without a new byte. */
    int failures() {
        return failures;
    }

    /** Whether it is of no more use. */
    boolean isOut() {
        return out;
    }

    @Nullable
    Fault last() {
        return last;
    }

    void delivered() {
        failures = 0;
    }

    /**
     * Remembers a failure.
     *
     * @param attempts how many in a row put this place out of use
     * @param mostChanges how many times the file may change
     */
    void failed(Fault fault, int attempts, int mostChanges) {
        last = fault;
        out = switch (fault.kind()) {
            case MISSING, REFUSED, WRONG -> true;
            case CHANGED -> ++changes > mostChanges;
            case PASSING -> ++failures >= attempts;
        };
    }
}
