package org.pullboot.oci;

import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;

/** Checks the small documents that images are described by. */
final class Documents {
    private Documents() {}

    /** Whether a document is the one that a descriptor means. */
    static void check(Descriptor descriptor, byte[] document) throws ImageException {
        Sha256 found = Sha256.of(Sha256.digester().digest(document));
        if (document.length != descriptor.size() || !found.equals(descriptor.digest())) {
            throw new ImageException("expected " + descriptor.digest() + " of " + descriptor.size()
                    + " bytes, but there is " + found + " of " + document.length
                    + ": the image is damaged, get it again");
        }
    }
}
