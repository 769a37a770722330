package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.SparseFileWriter;

/** A raw image's file, with holes where it is zero. */
final class FileDestination extends Destination {
    private final boolean readOnly;

    FileDestination(Path path, boolean replace, PullListener listener, boolean readOnly) {
        super(path, replace, listener);
        this.readOnly = readOnly;
    }

    @Override
    long write(UnpackedStream image) throws IOException {
        try (FileChannel file =
                FileChannel.open(temporary(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(file);
            WriteTask task = new WriteTask(writer);
            task.start();
            boolean written = false;
            try {
                copy(image, task);
                written = true;
            } finally {
                if (!written) {
                    task.stop();
                }
            }
            task.finish();
            return writer.dataBytes();
        }
    }

    private static void copy(UnpackedStream image, WriteTask task) throws IOException {
        ByteBuffer first = task.empty();
        image.read(first);
        check(kind(first.flip()));
        task.put(first);
        ByteBuffer next = task.empty();
        while (image.read(next) >= 0) {
            task.put(next.flip());
            next = task.empty();
        }
    }

    private static void check(ImageKind kind) throws ImageException {
        if (kind instanceof ImageKind.Tar
                || kind instanceof ImageKind.Qcow2
                || kind instanceof ImageKind.Pe
                || kind instanceof ImageKind.Cpio) {
            throw new ImageException("expected a raw disk image, but it is " + kind.describe()
                    + (kind instanceof ImageKind.Tar ? ": pull it as tar" : ": convert it to raw"));
        }
    }

    @Override
    void complete(long modified) throws IOException {
        if (readOnly) {
            Files.setPosixFilePermissions(temporary(), PosixFilePermissions.fromString("r--r--r--"));
        }
        if (modified > 0) {
            Files.setLastModifiedTime(temporary(), FileTime.fromMillis(modified));
        }
        try (FileChannel file = FileChannel.open(temporary(), StandardOpenOption.READ)) {
            file.force(true);
        }
    }

    @Override
    void protect() {}
}
