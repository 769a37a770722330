package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.SparseFileWriter;

/** A raw image's file, with holes where it is zero. */
final class FileDestination extends Destination {
    private final boolean readOnly;

    FileDestination(Path path, String mark, boolean readOnly) {
        super(path, mark);
        this.readOnly = readOnly;
    }

    @Override
    long write(UnpackedStream image) throws IOException {
        ImageKind kind = kind(image);
        if (kind instanceof ImageKind.Tar
                || kind instanceof ImageKind.Qcow2
                || kind instanceof ImageKind.Pe
                || kind instanceof ImageKind.Cpio) {
            throw new ImageException("expected a raw disk image, but it is " + kind.describe()
                    + (kind instanceof ImageKind.Tar ? ": pull it as tar" : ": convert it to raw"));
        }
        try (FileChannel file =
                FileChannel.open(temporary(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(file);
            for (ByteBuffer piece = image.next(); piece.hasRemaining(); piece = image.next()) {
                writer.write(piece);
            }
            writer.finish();
            if (readOnly) {
                Files.setPosixFilePermissions(temporary(), PosixFilePermissions.fromString("r--r--r--"));
            }
            return writer.dataBytes();
        }
    }

    @Override
    void discard() throws IOException {
        Files.deleteIfExists(temporary());
    }
}
