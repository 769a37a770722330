package org.pullboot.pull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.TarExtractor;
import org.pullboot.image.TarLimits;
import org.pullboot.linux.Btrfs;
import org.pullboot.linux.Directory;

/** The tree of files that a tar becomes. */
final class TreeDestination extends Destination {
    private final boolean readOnly;

    TreeDestination(Path path, boolean replace, PullListener listener, boolean readOnly) {
        super(path, replace, listener);
        this.readOnly = readOnly;
    }

    @Override
    long write(UnpackedStream image) throws IOException {
        try (ReadAhead archive = new ReadAhead(image)) {
            check(kind(archive.next()));
            makeTree();
            try (Directory directory = Directory.open(temporary())) {
                TarExtractor.extract(archive, directory, TarLimits.forThisProcess(image.limit()));
            }
        }
        return image.bytes();
    }

    private static void check(ImageKind kind) throws ImageException {
        if (!(kind instanceof ImageKind.Tar || kind instanceof ImageKind.Unknown)) {
            throw new ImageException("expected a tar archive, but it is " + kind.describe()
                    + (kind instanceof ImageKind.Qcow2 || kind instanceof ImageKind.Cpio ? "" : ": pull it as raw"));
        }
    }

    /** Makes the empty tree, a subvolume where the file system has such. */
    void makeTree() throws IOException {
        byte[] name = temporary().getFileName().toString().getBytes(StandardCharsets.US_ASCII);
        if (!Btrfs.makeSubvolume(staging().directory(), name)) {
            Files.createDirectory(temporary());
        }
    }

    @Override
    void complete(long modified) throws IOException {
        staging().directory().syncFileSystem();
    }

    @Override
    boolean isAsTransferred() {
        return false;
    }

    @Override
    void protect() throws IOException {
        if (readOnly) {
            Protection.set(path(), listener());
        }
    }
}
