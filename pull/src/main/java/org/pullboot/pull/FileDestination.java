package org.pullboot.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.Qcow2Image;
import org.pullboot.image.SparseFileWriter;

/** A raw image's file, with holes where it is zero. */
final class FileDestination extends Destination {
    private final boolean readOnly;
    private final boolean convert;
    private boolean qcow2;

    FileDestination(PullRequest request, PullListener listener) {
        super(request.destination(), request.installation().replace(), listener);
        this.readOnly = request.readOnly();
        this.convert = request.installation().convert();
    }

    @Override
    long write(UnpackedStream image) throws IOException {
        long data = writeAsItIs(image);
        return qcow2 ? convert(image.limit()) : data;
    }

    private long writeAsItIs(UnpackedStream image) throws IOException {
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

    private void copy(UnpackedStream image, WriteTask task) throws IOException {
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

    /** Puts the disk that a QEMU image holds in the image's place. */
    private long convert(long limit) throws IOException {
        Path disk = staging().resolve("disk");
        try (FileChannel image = FileChannel.open(temporary(), StandardOpenOption.READ);
                FileChannel raw = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Qcow2Image source = Qcow2Image.open(image);
            if (source.size() > limit) {
                throw new ImageException(
                        "the image unpacks to " + source.size() + " bytes, but at most " + limit + " are allowed here");
            }
            SparseFileWriter writer = new SparseFileWriter(raw);
            source.copyTo(writer);
            writer.finish();
            Files.move(disk, temporary(), StandardCopyOption.ATOMIC_MOVE);
            return writer.dataBytes();
        }
    }

    private void check(ImageKind kind) throws ImageException {
        qcow2 = convert && kind instanceof ImageKind.Qcow2;
        if (qcow2) {
            return;
        }
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
    boolean isAsTransferred() {
        return !qcow2;
    }

    @Override
    void protect() {}
}
