package org.pullboot.nvme;

/** Whether hosts connect by TLS. */
public enum TlsMode {
    /** None can. */
    OFF,
    /** Those that want to. */
    ALLOWED,
    /** All have to: a connection in the clear is refused. */
    REQUIRED
}
