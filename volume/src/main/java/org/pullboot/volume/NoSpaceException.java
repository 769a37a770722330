package org.pullboot.volume;

import java.io.IOException;

/** There is no room for a write: the file system is full, or the volume has reached its limit. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what is full and how to make room, in one sentence. */
    public NoSpaceException(String message) {
        super(message);
    }
}
