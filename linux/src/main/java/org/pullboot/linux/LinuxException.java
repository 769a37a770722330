package org.pullboot.linux;

import java.io.IOException;

/** A system call that the kernel refused; the message names the call, its object and the kernel's reason. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    LinuxException(String what, int code) {
        super(what + ": " + describe(code));
        this.code = code;
    }

    private static String describe(int code) {
        Errno errno = Errno.of(code);
        return errno == Errno.UNKNOWN ? "error number " + code : errno.text() + " (" + errno.name() + ")";
    }

    /** The reason, {@link Errno#UNKNOWN} when it is none that Pullboot knows by name. */
    public Errno errno() {
        return Errno.of(code);
    }

    /** The kernel's error number, positive. */
    public int code() {
        return code;
    }
}
