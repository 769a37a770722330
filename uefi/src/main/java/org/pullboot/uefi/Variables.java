package org.pullboot.uefi;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A view of a machine's UEFI variables: those of this machine, or those in a file. */
public interface Variables {
    /**
     * The variable of this vendor and name.
     *
     * @throws IOException when it is there but cannot be read
     */
    Optional<EfiVariable> find(EfiGuid vendor, String name) throws IOException;

    /**
     * All variables, in the order of the place they are in.
     *
     * @throws IOException when they cannot be read
     */
    List<EfiVariable> all() throws IOException;
}
