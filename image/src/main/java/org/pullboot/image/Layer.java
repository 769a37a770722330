package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;

/** One layer of a container image: a tar archive of what it changes. */
public interface Layer {
    /**
     * The archive from its start, not compressed; called twice, one after the other.
     *
     * @return a stream that fails when it is not what the image's manifest says, at its end at the latest
     */
    InputStream open() throws IOException;

    /** All of the layer that is wanted was read: its bytes may go. */
    default void finished() throws IOException {}
}
