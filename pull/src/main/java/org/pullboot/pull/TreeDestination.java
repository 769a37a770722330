package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.TarExtractor;
import org.pullboot.image.TarLimits;
import org.pullboot.linux.Directory;

/** The tree of files that a tar becomes. */
final class TreeDestination extends Destination {
    TreeDestination(Path path, String mark) {
        super(path, mark);
    }

    @Override
    long write(UnpackedStream image) throws IOException {
        ImageKind kind = kind(image.next());
        if (!(kind instanceof ImageKind.Tar || kind instanceof ImageKind.Unknown)) {
            throw new ImageException("expected a tar archive, but it is " + kind.describe()
                    + (kind instanceof ImageKind.Qcow2 || kind instanceof ImageKind.Cpio ? "" : ": pull it as raw"));
        }
        Files.createDirectory(temporary());
        try (Directory directory = Directory.open(temporary())) {
            TarExtractor.extract(image, directory, TarLimits.forRoot(image.limit()));
        }
        return image.bytes();
    }

    @Override
    void discard() throws IOException {
        Path name = temporary().getFileName();
        Path directory = temporary().toAbsolutePath().getParent();
        if (name == null || directory == null || !isTaken(temporary())) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            if (!(stream instanceof SecureDirectoryStream<Path> beside)) {
                throw new IOException("cannot remove " + temporary() + ": its file system knows no openat(2)");
            }
            remove(beside, name);
        }
    }

    /** By openat(2), so that no path gets longer than the kernel takes, and no link leads elsewhere. */
    private static void remove(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : directory) {
                Path child = entry.getFileName();
                boolean isDirectory = directory
                        .getFileAttributeView(child, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes()
                        .isDirectory();
                if (isDirectory) {
                    remove(directory, child);
                } else {
                    directory.deleteFile(child);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        parent.deleteDirectory(name);
    }
}
