package org.pullboot.fleet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.pullboot.linux.FileHandle;
import org.pullboot.linux.FileStatus;

/**
 * Second names (hard links) of published files, so that a generation outlives a restart of the server though its files
 * were replaced by rename meanwhile. Where a file lies on another file system there is none.
 */
final class BlobStore {
    private static final int DIGEST_DIGITS = 32;

    private final Path directory;

    BlobStore(Path directory) {
        this.directory = directory;
    }

    /** A second name of a file, made now or before; empty when the file system or the file's owner does not allow it. */
    Optional<Path> link(Draft.File file) throws IOException {
        FileStatus status = file.handle().status();
        String name = file.digest().hex().substring(0, DIGEST_DIGITS) + "-" + Long.toHexString(status.device()) + "-"
                + Long.toHexString(status.inode());
        Path link = directory.resolve(name);
        try {
            Files.createLink(link, file.path().toRealPath());
        } catch (FileAlreadyExistsException e) {
            return sameFile(link, status) ? Optional.of(link) : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
        if (!sameFile(link, status)) {
            Files.delete(link);
            throw new FleetException(
                    file.path() + " was replaced while it was published: its next version is published instead");
        }
        return Optional.of(link);
    }

    private static boolean sameFile(Path link, FileStatus status) throws IOException {
        try (FileHandle handle = FileHandle.open(link)) {
            FileStatus linked = handle.status();
            return linked.inode() == status.inode() && linked.device() == status.device();
        }
    }

    /** Removes every name that is not among these. */
    void keepOnly(Set<String> paths) throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
            for (Path link : links) {
                if (!paths.contains(link.toString())) {
                    Files.deleteIfExists(link);
                }
            }
        }
    }
}
