package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.BlockFile;
import org.pullboot.linux.MappedFile;

/**
 * A raw disk image, or a block device, that is only read: one open file for all machines and for the overlays over it.
 *
 * <p>Safe for use from several threads. Whoever opened it closes it, when nothing is over it any more.
 */
public final class BaseImage implements BlockDevice, AutoCloseable {
    /** The longest identity, in bytes of UTF-8. */
    public static final int IDENTITY_BYTES = 1024;

    private final BlockFile file;
    private final @Nullable MappedFile mapped;
    private final String identity;
    private final long size;

    private BaseImage(BlockFile file, @Nullable MappedFile mapped, String identity, long size) {
        this.file = file;
        this.mapped = mapped;
        this.identity = identity;
        this.size = size;
    }

    /**
     * Opens an image.
     *
     * @param identity what is the same only for the same content, a digest say; a volume over this image is never
     *     opened over another. 1 to {@value #IDENTITY_BYTES} bytes
     * @throws IOException when it cannot be opened, is empty or ends within a sector
     */
    public static BaseImage open(Path path, String identity) throws IOException {
        int length = identity.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > IDENTITY_BYTES) {
            throw new IllegalArgumentException("the identity of a base has 1 to 1024 bytes, not " + length);
        }
        BlockFile file = BlockFile.openReadOnly(path);
        try {
            long size = file.size();
            if (size == 0 || size % SECTOR != 0) {
                throw new VolumeFormatException(path + " has " + size
                        + " bytes, but a disk image is a multiple of 512 bytes long: is it compressed, or cut short?");
            }
            return new BaseImage(file, file.map(), identity, size);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** What it was opened as. */
    public String identity() {
        return identity;
    }

    /** Where it is. */
    public Path path() {
        return file.path();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public boolean readNow(ByteBuffer into, long offset) throws IOException {
        return file.readNow(into, offset);
    }

    @Override
    public @Nullable ByteBuffer viewNow(long offset, int length) {
        return mapped == null ? null : mapped.now(offset, length);
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        file.read(into, offset);
    }

    @Override
    public void write(ByteBuffer from, long offset) {
        throw readOnly();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) {
        throw readOnly();
    }

    @Override
    public void deallocate(long offset, long length) {
        throw readOnly();
    }

    @Override
    public void settle() {
        // Nothing ever changes.
    }

    @Override
    public void flush() {
        // Nothing ever changes.
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("a base image is only read");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
