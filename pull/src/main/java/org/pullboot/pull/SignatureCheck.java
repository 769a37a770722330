package org.pullboot.pull;

/** Tells whether a checksum list is signed by somebody who is trusted. Safe for use from several threads. */
public interface SignatureCheck {
    /**
     * Checks a signature.
     *
     * @param signed the bytes that are signed
     * @param signature the signature's file as it was fetched
     * @throws PullException when nobody who is trusted signed these bytes; the message says which key did and why it does
     *     not count
     */
    void check(byte[] signed, byte[] signature) throws PullException;
}
