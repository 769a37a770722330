package org.pullboot.uki;

import java.io.IOException;
import java.util.Optional;

/** Says what is measured when a profile boots, for the .pcrsig section that {@link UkiBuilder} puts behind it. */
@FunctionalInterface
public interface PcrSigner {
    /**
     * Signs a profile.
     *
     * @param profile with all that the stub will find, but for .pcrsig
     * @return the content of its .pcrsig section; empty for none
     * @throws IOException when a section or a key cannot be read
     */
    Optional<String> sign(UkiProfile profile) throws IOException;
}
