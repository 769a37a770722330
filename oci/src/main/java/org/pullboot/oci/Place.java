package org.pullboot.oci;

import java.io.IOException;
import java.nio.file.Path;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.WebClient;

/** Where an image can be downloaded from. */
interface Place {
    /**
     * The document that everything begins with: an index or a manifest.
     *
     * @throws PullException when it is not to be had
     */
    Start start(PullListener listener) throws IOException;

    /**
     * A manifest, an index or a configuration; it is checked by the caller.
     *
     * @throws PullException when it is not to be had
     */
    byte[] document(Descriptor descriptor, PullListener listener) throws IOException;

    /**
     * Downloads a blob and checks its digest.
     *
     * @throws PullException when it is not to be had, or another
     */
    void download(Descriptor descriptor, Path target, PullListener listener, WebClient.Meter meter) throws IOException;

    /** For people: without user and password. */
    String shown();
}
