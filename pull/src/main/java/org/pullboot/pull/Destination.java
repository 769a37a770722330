package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.linux.Rename;

/**
 * What a pull makes: first in a hidden directory beside its final name, and under the final name once it is verified.
 */
abstract sealed class Destination permits FileDestination, TreeDestination {
    private final Path path;
    private final boolean replace;
    private final PullListener listener;
    private @Nullable Staging staging;

    /**
     * @param path the final name
     * @param replace whether it replaces what has that name
     */
    Destination(Path path, boolean replace, PullListener listener) {
        this.path = path;
        this.replace = replace;
        this.listener = listener;
    }

    static Destination of(PullRequest request, PullListener listener) {
        boolean replace = request.installation().replace();
        return switch (request.type()) {
            case RAW -> new FileDestination(request, listener);
            case TAR ->
                new TreeDestination(
                        request.destination(),
                        replace,
                        listener,
                        request.readOnly() && request.installation().readOnlyTree());
            case OCI -> throw new IllegalArgumentException("an OCI image is more than one file");
        };
    }

    /** Whether there is something under a path, be it a dangling link. */
    static boolean isTaken(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    Path path() {
        return path;
    }

    /** The place of the image until it has its final name. */
    final Path temporary() {
        return staging().resolve("image");
    }

    final Staging staging() {
        Staging present = staging;
        if (present == null) {
            throw new IllegalStateException("a destination is prepared before it is used");
        }
        return present;
    }

    final PullListener listener() {
        return listener;
    }

    /** Makes the directories that it will be in. */
    final void prepare() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(path + " is in no directory");
        }
        Files.createDirectories(directory);
        staging = Staging.in(directory, listener);
    }

    /**
     * Writes the image under the temporary name.
     *
     * @return how many bytes of it are not holes
     * @throws ImageException when the image is not what it must be
     * @throws IOException when it cannot be written
     */
    abstract long write(UnpackedStream image) throws IOException;

    /**
     * Gives what was written its final name, as it is to stay.
     *
     * @param modified when the file was changed last, in milliseconds since 1970, 0 when the server does not say
     * @throws org.pullboot.linux.LinuxException with {@code EEXIST} when the name is taken
     */
    final void publish(long modified) throws IOException {
        complete(modified);
        if (replace && isTaken(path)) {
            Protection.lift(path);
            Rename.exchange(temporary(), path);
        } else {
            Rename.unlessTaken(temporary(), path);
        }
        protect();
    }

    /** Whether an image that was not compressed has the very bytes that were transferred. */
    abstract boolean isAsTransferred();

    /** Brings what was written to the disk and sets its times. */
    abstract void complete(long modified) throws IOException;

    /** Makes what was published read-only, if it is to be. */
    abstract void protect() throws IOException;

    /** Removes what was written and not published, and what was replaced. */
    final void discard() throws IOException {
        Staging present = staging;
        staging = null;
        if (present != null) {
            present.remove();
        }
    }

    /** Tells what an image is by its first bytes, which the buffer still has afterwards. */
    static ImageKind kind(ByteBuffer head) throws ImageException {
        ImageKind kind = ImageProbe.kind(head);
        if (kind instanceof ImageKind.Empty) {
            throw new ImageException("the image is empty");
        }
        return kind;
    }
}
