package org.pullboot.pull;

/** How a download without a pinned digest is verified ({@code verify=}). A pin always takes precedence. */
public enum Verification {
    /** Not at all. */
    NO,
    /** By the SHA-256 in the file's checksum list. */
    CHECKSUM,
    /** By a signed checksum list. */
    SIGNATURE
}
