package org.pullboot.uefi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** How files with variables in them are read and replaced, whatever their format. */
public final class StoreFile {
    /** The most bytes such a file has: a flash image of 256 MiB. */
    public static final long MAX_SIZE = 256L << 20;

    private StoreFile() {}

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, or has more than {@link #MAX_SIZE} bytes
     */
    public static byte[] read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_SIZE) {
            throw new UefiException(file + " has " + size + " bytes: a variable store has at most " + MAX_SIZE);
        }
        return Files.readAllBytes(file);
    }

    /**
     * Replaces a file, which has either its old content or all of the new one at any time. A symbolic link stays one; what it
     * points to is replaced, with the same permissions.
     *
     * @throws IOException when that fails
     */
    public static void replace(Path file, byte[] content) throws IOException {
        boolean exists = Files.exists(file);
        Path target = exists ? file.toRealPath() : file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new UefiException(file + " is no file that could hold a variable store");
        }
        Path temporary = directory.resolve("." + target.getFileName() + "." + Long.toHexString(System.nanoTime()));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (exists) {
                Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
