package org.pullboot.pull;

/** Checks signatures over checksum lists. Safe for use from several threads. */
public interface SignatureCheck {
    /**
     * Checks a signature.
     *
     * @param signed the bytes that were signed. Of a cleartext-signed message (RFC 9580, section 7) this is its text, with
     *     dashes unescaped and without the last line's end, and its signature is one of canonical text
     * @param signature a detached OpenPGP signature, binary or armored
     * @throws PullException when no trusted key made it: one sentence that says why
     */
    void check(byte[] signed, byte[] signature) throws PullException;
}
