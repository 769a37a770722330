package org.pullboot.oci;

import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;
import org.pullboot.pull.Text;

/** Digests as OCI descriptors write them: {@code ALGORITHM:HEX}. */
final class Digests {
    private static final String SHA256 = "sha256:";

    private Digests() {}

    /**
     * A digest of the one algorithm that every image has.
     *
     * @throws ImageException when it is of another, or none
     */
    static Sha256 parse(String text) throws ImageException {
        if (text.startsWith(SHA256)) {
            try {
                return new Sha256(text.substring(SHA256.length()));
            } catch (IllegalArgumentException e) {
                throw new ImageException(
                        "expected a digest of 64 hexadecimal digits, but there is '" + Text.shown(text)
                                + "': the image is damaged",
                        e);
            }
        }
        throw new ImageException("expected a digest like sha256:HEX, but there is '" + Text.shown(text)
                + "': only sha256 is known here, build the image with it");
    }
}
