package org.pullboot.volume;

import java.io.IOException;

/** A file of a volume is not what it has to be: damaged, of another volume, or of a version that is not known. */
public final class VolumeFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says which file, what was expected and what was found, in one sentence. */
    public VolumeFormatException(String message) {
        super(message);
    }
}
