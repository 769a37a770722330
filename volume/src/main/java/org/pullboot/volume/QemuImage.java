package org.pullboot.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.pullboot.linux.BlockFile;

/**
 * Images in QEMU's format qcow2, which {@code qemu-img} makes raw and of raw ones; for getting disks in and out, not
 * for serving them. Stateless.
 */
public final class QemuImage {
    private static final int MAGIC = 0x514649FB;
    private static final int HEADER_BYTES = 80;
    private static final long EXTERNAL_DATA = 4;
    private static final int MOST_MESSAGE_BYTES = 4096;

    private QemuImage() {}

    /** Whether a file is in this format, by its first bytes. */
    public static boolean is(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && ByteBuffer.wrap(head).getInt() == MAGIC;
        }
    }

    /**
     * Makes a raw image of one in this format: a base, say.
     *
     * @param out a new file, there under its name when it is whole and durable
     * @throws VolumeFormatException when it is in another format, or refers to other files
     * @throws IOException when qemu-img is missing or fails
     */
    public static void toRaw(Path qcow2, Path out) throws IOException {
        checkStandsAlone(qcow2);
        convert("qcow2", qcow2, "raw", out);
    }

    /**
     * Makes an image in this format of a raw one.
     *
     * @param out a new file, there under its name when it is whole and durable
     * @throws IOException when qemu-img is missing or fails
     */
    public static void ofRaw(Path raw, Path out) throws IOException {
        convert("raw", raw, "qcow2", out);
    }

    /** An image that somebody hands us must not bring in whatever file of ours it names. */
    private static void checkStandsAlone(Path qcow2) throws IOException {
        ByteBuffer head;
        try (InputStream in = Files.newInputStream(qcow2)) {
            head = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
        }
        if (head.remaining() < HEADER_BYTES || head.getInt(0) != MAGIC) {
            throw new VolumeFormatException(qcow2 + " is not a qcow2 image");
        }
        if (head.getInt(32) != 0) {
            throw new VolumeFormatException(qcow2 + " is encrypted: make one of it that is not (qemu-img convert)");
        }
        boolean external = head.getInt(4) >= 3 && (head.getLong(72) & EXTERNAL_DATA) != 0;
        if (head.getLong(8) != 0 || external) {
            throw new VolumeFormatException(
                    qcow2 + " is over another file: make one image of both first (qemu-img convert)");
        }
    }

    private static void convert(String fromFormat, Path from, String toFormat, Path out) throws IOException {
        if (Files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString(), null, "it is there already, take another name");
        }
        Path absolute = out.toAbsolutePath();
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            run(List.of(
                    "qemu-img",
                    "convert",
                    "-f",
                    fromFormat,
                    "-O",
                    toFormat,
                    from.toAbsolutePath().toString(),
                    part.toString()));
            try (BlockFile file = BlockFile.openReadWrite(part)) {
                file.sync();
            }
            Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
            BlockFile.syncDirectory(absolute.resolveSibling("."));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IOException("qcow2 images need qemu-img, which cannot be run: install qemu-utils", e);
        }
        try (InputStream in = process.getInputStream()) {
            String said = new String(in.readNBytes(MOST_MESSAGE_BYTES), StandardCharsets.UTF_8).strip();
            in.transferTo(java.io.OutputStream.nullOutputStream());
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("qemu-img ended with status " + status + ": " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("waiting for qemu-img was interrupted", e);
        }
    }
}
