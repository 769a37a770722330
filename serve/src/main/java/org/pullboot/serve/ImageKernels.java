package org.pullboot.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pullboot.image.Compression;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.ImageKind;
import org.pullboot.image.SparseFileWriter;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarReader;
import org.pullboot.initrd.InitrdException;
import org.pullboot.initrd.KernelTree;
import org.pullboot.linux.EntryType;

/**
 * Takes kernels with their modules out of images, into the cache: out of a tar archive by reading it, out of a raw image
 * by a read-only mount, which only root can make.
 *
 * <p>An image is not trusted: its symbolic links are not followed, and nothing that is no regular file is taken.
 */
final class ImageKernels {
    private static final Pattern WANTED =
            Pattern.compile("(?:\\./)?(?:[^/]+/)?((?:usr/)?lib/modules/[^/]+/.+|boot/(?:vmlinu[xz]|Image)-[^/]+)");
    private static final long MOST_BYTES = 64L << 30;
    private static final long LARGEST_FILE = 1L << 30;

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
     * @throws IOException when it cannot be looked into; the message is half a sentence
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
        switch (image.kind()) {
            case ImageKind.Tar _ -> fromTar(image.path(), tree);
            case ImageKind.GptDisk _, ImageKind.BareFileSystem _ -> {
                Path raw = image.compression() == Compression.NONE
                        ? image.path()
                        : decompressed(image.path(), work.resolve("raw"));
                try (MountedImage mounted = MountedImage.mount(raw, image.kind(), work.resolve("root"))) {
                    fromRoot(mounted.root(), tree);
                }
            }
            case ImageKind.MbrDisk _,
                    ImageKind.Pe _,
                    ImageKind.Qcow2 _,
                    ImageKind.Cpio _,
                    ImageKind.Empty _,
                    ImageKind.Unknown _ ->
                throw new IOException("it is " + image.kind().describe());
        }
    }

    private static void fromTar(Path archive, Path tree) throws IOException {
        try (InputStream plain = DecompressedInputStream.of(Files.newInputStream(archive))) {
            TarReader reader = new TarReader(plain, TarLimits.forFiles(MOST_BYTES));
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                Matcher wanted = WANTED.matcher(entry.pathText());
                if (!entry.isHardLink() && entry.is(EntryType.REGULAR) && wanted.matches() && safe(wanted.group(1))) {
                    Path target = tree.resolve(wanted.group(1));
                    checkSize(entry.pathText(), entry.size());
                    Files.createDirectories(target.resolveSibling("."));
                    try (OutputStream out = Files.newOutputStream(target)) {
                        reader.copyContent(entry, out);
                    }
                    Files.setLastModifiedTime(target, FileTime.from(entry.mtimeSeconds(), TimeUnit.SECONDS));
                }
            }
        }
    }

    private static boolean safe(String path) {
        return Stream.of(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private static void checkSize(String name, long size) throws IOException {
        if (size > LARGEST_FILE) {
            throw new IOException("its file " + name + " has " + size + " bytes, too many for a kernel or a module");
        }
    }

    private static Path decompressed(Path image, Path target) throws IOException {
        try (DecompressedInputStream in = DecompressedInputStream.of(Files.newInputStream(image));
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            SparseFileWriter writer = new SparseFileWriter(out);
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            while (in.read(buffer) >= 0) {
                writer.write(buffer.flip());
                buffer.clear();
            }
            writer.finish();
        }
        return target;
    }

    private static void fromRoot(Path root, Path tree) throws IOException {
        KernelTree found = KernelTree.inRoot(root, Optional.empty());
        Path real = root.toRealPath();
        Path modules = found.modules().toRealPath();
        Path kernel = found.kernel().toRealPath();
        if (!modules.startsWith(real) || !kernel.startsWith(real)) {
            throw new IOException("its kernel is a link that leads out of it");
        }
        Path target = tree.resolve("usr/lib/modules").resolve(found.version());
        copy(modules, target);
        checkSize(kernel.toString(), Files.size(kernel));
        Path file = target.resolve("vmlinuz");
        Files.deleteIfExists(file);
        Files.copy(kernel, file);
        Files.setLastModifiedTime(file, Files.getLastModifiedTime(kernel));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    checkSize(file.toString(), attributes.size());
                    Files.copy(file, copy);
                    Files.setLastModifiedTime(copy, attributes.lastModifiedTime());
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
