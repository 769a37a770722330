package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            long limit = image.limit();
            TarExtractor.extract(image, directory, isRoot() ? TarLimits.forRoot(limit) : TarLimits.forFiles(limit));
        }
        return image.bytes();
    }

    /** Only root can give files away and make device nodes. */
    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    @Override
    void discard() throws IOException {
        if (isTaken(temporary())) {
            try (Directory directory = Directory.open(temporary())) {
                directory.removeContent();
            }
            Files.delete(temporary());
        }
    }
}
