package org.pullboot.volume;

import java.io.IOException;

/** A volume could not be made durable once, so that it takes no changes any more; it is still read. */
public final class VolumeFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what failed first, and what to do. */
    public VolumeFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
