package org.pullboot.uefi;

import java.io.IOException;

/** Firmware data that is not what it should be: the one declared error of every reader in this module. */
public final class UefiException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * An error that a person can act on.
     *
     * @param message one sentence: what was expected, what came, what to do
     */
    public UefiException(String message) {
        super(message);
    }
}
