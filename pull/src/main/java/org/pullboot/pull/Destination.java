package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;

/**
 * What a pull makes: first under a temporary name beside the final one, as systemd names such, and under the final name
 * once it is verified.
 */
abstract sealed class Destination permits FileDestination, TreeDestination {
    private final Path path;
    private final Path temporary;

    /**
     * @param path the final name
     * @param mark sets this attempt's temporary name apart from others'
     */
    Destination(Path path, String mark) {
        this.path = path;
        this.temporary = path.resolveSibling(".#" + path.getFileName() + mark);
    }

    static Destination of(PullRequest request, String mark) {
        return switch (request.type()) {
            case RAW -> new FileDestination(request.destination(), mark, request.readOnly());
            case TAR -> new TreeDestination(request.destination(), mark);
        };
    }

    /** Whether there is something under a path, be it a dangling link. */
    static boolean isTaken(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    Path path() {
        return path;
    }

    Path temporary() {
        return temporary;
    }

    /** Makes the directory that it will be in. */
    void prepare() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
    }

    /**
     * Writes the image under the temporary name.
     *
     * @return how many bytes of it are not holes
     * @throws ImageException when the image is not what it must be
     * @throws IOException when it cannot be written
     */
    abstract long write(UnpackedStream image) throws IOException;

    /** Gives what was written its final name. */
    final void publish() throws IOException {
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what was written. */
    abstract void discard() throws IOException;

    /** Tells what an image is by its first bytes, which the buffer still has afterwards. */
    static ImageKind kind(ByteBuffer head) throws ImageException {
        ImageKind kind = ImageProbe.kind(head);
        if (kind instanceof ImageKind.Empty) {
            throw new ImageException("the image is empty");
        }
        return kind;
    }
}
