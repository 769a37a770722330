package org.pullboot.vm;

import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.UefiException;

/** URLs as the guest must have them. */
final class GuestUri {
    /** Where QEMU's user network shows this machine's loopback address to the guest. */
    static final String HOST = "10.0.2.2";

    private GuestUri() {}

    /** The URL that reaches the same server from inside. */
    static BootUri of(BootUri uri) throws UefiException {
        return uri.isLoopback() ? uri.withHost(HOST) : uri;
    }
}
