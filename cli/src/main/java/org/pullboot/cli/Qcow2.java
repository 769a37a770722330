package org.pullboot.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.uefi.StoreFile;
import org.pullboot.uefi.UefiException;

/** Variable stores in QEMU's own image format, as libvirt keeps them; qemu-img reads and writes it. */
final class Qcow2 {
    private static final int MAGIC = 0x514649FB;
    private static final int BACKING_FILE = 8;
    private static final int SIZE = 24;
    private static final int SNAPSHOTS = 60;
    private static final int HEADER = 72;

    private Qcow2() {}

    /**
     * What a machine would see in the image, if it is one.
     *
     * @throws IOException when it has what would be lost by writing it anew, or qemu-img fails
     */
    static Optional<byte[]> toRaw(byte[] content) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(content);
        if (content.length < HEADER || header.getInt(0) != MAGIC) {
            return Optional.empty();
        }
        long size = header.getLong(SIZE);
        if (header.getLong(BACKING_FILE) != 0
                || header.getInt(SNAPSHOTS) != 0
                || size < 0
                || size > StoreFile.MAX_SIZE) {
            throw new UefiException("this qcow2 image has a backing file, snapshots or more than " + StoreFile.MAX_SIZE
                    + " bytes: make a plain one of it first with 'qemu-img convert -O raw FILE FILE.raw'");
        }
        return Optional.of(convert("qcow2", content, List.of("-O", "raw")));
    }

    /** The image of these bytes, with the clusters of 4 KiB that Fedora's and virt-firmware's stores have. */
    static byte[] ofRaw(byte[] raw) throws IOException {
        return convert("raw", raw, List.of("-O", "qcow2", "-o", "cluster_size=4096", "-S", "4096"));
    }

    private static byte[] convert(String format, byte[] content, List<String> to) throws IOException {
        try (ScratchDirectory scratch = ScratchDirectory.create("pullboot")) {
            Path from = Files.write(scratch.path().resolve("from"), content);
            Path result = scratch.path().resolve("to");
            List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-f", format));
            command.addAll(to);
            command.add(from.toString());
            command.add(result.toString());
            new Runner().run("convert the qcow2 image of a variable store", command);
            return StoreFile.read(result);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while qemu-img ran");
        }
    }
}
