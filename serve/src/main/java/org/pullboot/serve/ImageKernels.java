package org.pullboot.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.pullboot.image.Compression;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.SparseFileWriter;
import org.pullboot.initrd.InitrdException;
import org.pullboot.initrd.KernelTree;
import org.pullboot.linux.LinuxException;

/**
 * Takes kernels with their modules out of images, into the cache: out of a tar archive by reading it, out of a raw image
 * by a read-only mount, which only root can make.
 */
final class ImageKernels {
    private static final int PIECE = 1 << 20;

    private final CacheEntries cache;
    private final Events events;

    ImageKernels(CacheEntries cache, Events events) {
        this.cache = cache;
        this.events = events;
    }

    /**
     * The newest kernel in an image, kept in the cache under the image's digest.
     *
     * @throws InitrdException when it holds none
     * @throws IOException when it cannot be looked into; the message says why
     */
    KernelTree of(Candidate image, Measure measure) throws IOException {
        Path place = cache.place(measure.digest().hex().substring(0, 32));
        if (!Files.isDirectory(place)) {
            Path work = Files.createTempDirectory(place.getParent(), ".taking-");
            try {
                events.tell(new ServeEvent.Preparing("taking the kernel out of " + image.name()));
                Path tree = Files.createDirectory(work.resolve("tree"));
                take(image, work, tree);
                Files.move(tree, place);
            } finally {
                CacheEntries.delete(work);
            }
        }
        cache.used(place);
        cache.tidy();
        return KernelTree.inRoot(place, Optional.empty());
    }

    private static void take(Candidate image, Path work, Path tree) throws IOException {
        if (image.tar()) {
            try (InputStream in = Files.newInputStream(image.path())) {
                KernelTree.inTar(in, tree, Optional.empty());
            }
            return;
        }
        boolean plain = image.compression() == Compression.NONE;
        Path unpacked = image.unpacked() == null ? image.path() : image.unpacked();
        Path raw = plain ? unpacked : decompressed(image.path(), work.resolve("raw"));
        try {
            KernelTree.inDisk(raw, tree, Optional.empty());
        } catch (LinuxException e) {
            String reason = switch (e.errno()) {
                case EPERM, EACCES -> "only root can look into a raw image";
                case ENODEV -> "this machine's kernel does not know its file system";
                default -> String.valueOf(e.getMessage());
            };
            throw new IOException(reason, e);
        }
    }

    private static Path decompressed(Path image, Path target) throws IOException {
        try (DecompressedInputStream in = DecompressedInputStream.of(Files.newInputStream(image));
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(out);
            ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
            while (in.read(buffer) >= 0) {
                writer.write(buffer.flip());
                buffer.clear();
            }
            writer.finish();
        }
        return target;
    }
}
