package org.pullboot.pull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.Rename;

/** Gives a verified image, and the files that go with it, their names. */
final class Publication {
    private final PullRequest request;
    private final PullListener listener;

    Publication(PullRequest request, PullListener listener) {
        this.request = request;
        this.listener = listener;
    }

    /**
     * Looks whether the image's name is free, before anything is asked for.
     *
     * @throws PullException when it is not
     */
    void checkFree() throws PullException {
        Installation installation = request.installation();
        if (installation.replace()) {
            return;
        }
        if (Destination.isTaken(request.destination())) {
            throw taken(request.destination(), "exists already");
        }
        String local = local();
        for (Path directory : installation.searchPath()) {
            for (String form : new String[] {"", ".raw", ".v", ".raw.v"}) {
                Path other = directory.resolve(local + form);
                if (Destination.isTaken(other)) {
                    throw new PullException("there is an image " + local + " already, " + other
                            + ": remove it first, or give this one another name");
                }
            }
        }
    }

    private static PullException taken(Path path, String how) {
        return new PullException(path + " " + how + ": remove it first");
    }

    /** The image's name without the suffix of its file. */
    private String local() {
        String name = String.valueOf(request.destination().getFileName());
        return request.type() == PullType.RAW && name.endsWith(".raw")
                ? name.substring(0, name.length() - ".raw".length())
                : name;
    }

    /**
     * Publishes all. The files go first, so that the image is never there without its root hash.
     *
     * @return the files that are now beside the image; one that was there already stays
     * @throws PullException when the image cannot have its name; nothing of it is there then
     */
    List<Path> publish(Attempt attempt, Map<SideFile, Companion.Found> sides) throws PullException {
        Destination destination = attempt.destination();
        List<Path> installed = new ArrayList<>();
        boolean done = false;
        try {
            for (Map.Entry<SideFile, Companion.Found> side : sides.entrySet()) {
                Path path = request.destination()
                        .resolveSibling(local() + side.getKey().suffix());
                if (install(destination.staging(), path, side.getValue())) {
                    installed.add(path);
                }
            }
            keep(attempt);
            publish(destination, attempt.modified());
            done = true;
        } finally {
            if (!done && !request.installation().replace()) {
                for (Path path : installed) {
                    remove(path);
                }
            }
        }
        return installed;
    }

    private boolean install(Staging staging, Path path, Companion.Found side) throws PullException {
        Path written = staging.resolve(String.valueOf(path.getFileName()));
        try {
            Files.write(written, side.content(), StandardOpenOption.CREATE_NEW);
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("r--r--r--"));
            if (side.modified() > 0) {
                Files.setLastModifiedTime(written, FileTime.fromMillis(side.modified()));
            }
            try (FileChannel file = FileChannel.open(written, StandardOpenOption.READ)) {
                file.force(true);
            }
            if (request.installation().replace() && Destination.isTaken(path)) {
                Rename.exchange(written, path);
            } else {
                Rename.unlessTaken(written, path);
            }
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.EEXIST) {
                listener.warns(path + " exists already and is not replaced");
                return false;
            }
            throw new PullException("cannot install " + path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PullException("cannot install " + path + ": " + e.getMessage(), e);
        }
    }

    private void keep(Attempt attempt) {
        try {
            attempt.keep();
        } catch (IOException e) {
            listener.warns("the download of " + request.name() + " cannot be kept: " + e.getMessage());
        }
    }

    /**
     * Publishes an image alone.
     *
     * @throws PullException when it cannot have its name
     */
    void publish(Destination destination, long modified) throws PullException {
        try {
            destination.publish(modified);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EEXIST) {
                throw taken(request.destination(), "has come into being meanwhile");
            }
            throw new PullException("cannot give " + request.destination() + " its name: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PullException("cannot give " + request.destination() + " its name: " + e, e);
        }
        try {
            destination.discard();
        } catch (IOException e) {
            listener.warns("what was made beside " + request.destination() + " cannot be removed: " + e.getMessage());
        }
    }

    private void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            listener.warns(path + " cannot be removed: " + e.getMessage());
        }
    }
}
