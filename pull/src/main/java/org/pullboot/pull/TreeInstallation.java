package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A tree that is made of more than one file and installed like one that is: first in a hidden directory beside its final
 * name, and under that name once it is complete. For use by one thread.
 */
public final class TreeInstallation implements AutoCloseable {
    private final Publication publication;
    private final TreeDestination destination;

    private TreeInstallation(Publication publication, TreeDestination destination) {
        this.publication = publication;
        this.destination = destination;
    }

    /**
     * Makes room for a tree.
     *
     * @param request says where to, whether something may be replaced, and whether it is made read-only
     * @throws PullException when there is something of that name already, or no directory can be made
     */
    public static TreeInstallation begin(PullRequest request, PullListener listener) throws PullException {
        Publication publication = new Publication(request, listener);
        publication.checkFree();
        Installation how = request.installation();
        TreeDestination destination = new TreeDestination(
                request.destination(), how.replace(), listener, request.readOnly() && how.readOnlyTree());
        try {
            destination.prepare();
            destination.makeTree();
        } catch (IOException e) {
            throw new PullException("cannot make the directory of " + request.destination() + ": " + e, e);
        }
        return new TreeInstallation(publication, destination);
    }

    /** The empty directory to make the tree in. */
    public Path tree() {
        return destination.temporary();
    }

    /** The place of what is only needed until the tree is complete. */
    public Path beside(String name) {
        return destination.staging().resolve(name);
    }

    /**
     * Gives the tree its name.
     *
     * @throws PullException when it cannot have it
     */
    public void publish() throws PullException {
        publication.publish(destination, 0);
    }

    /** Removes all that was not published. */
    @Override
    public void close() throws IOException {
        destination.discard();
    }
}
