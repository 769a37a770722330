package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pullboot.fleet.FileIdentity;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.VolumeRecord;
import org.pullboot.image.Compression;
import org.pullboot.image.Decompressor;
import org.pullboot.image.Sha256;
import org.pullboot.image.SparseFileWriter;
import org.pullboot.linux.FileHandle;
import org.pullboot.linux.FileStatus;
import org.pullboot.linux.LinuxException;
import org.pullboot.volume.BlockDevice;
import org.pullboot.volume.QemuImage;
import org.pullboot.volume.VolumeFormatException;

/**
 * The raw images that volumes are made over, in {@code bases/}: a hard link to the image where that is possible, else a
 * copy, unpacked when the image is compressed or in QEMU's format.
 *
 * <p>They lie in the state and not in the cache, since a volume is worth nothing without its base. A base's file name
 * tells the digest of the image as it was published, and when the file was written: a file that was written since is
 * another one. Safe for use from several threads.
 */
final class BaseStore {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})-([0-9a-f]{1,16})\\.raw");
    /** What is wrong with a base that is not intact, and what to do. */
    static final String OVERWRITTEN = "the image below a volume was overwritten in place: write images to another name"
            + " and rename them, and reset the volume";

    private static final int BUFFER = 1 << 20;

    private final Path directory;
    private final Map<Sha256, Path> files = new HashMap<>();
    /** Those that were made for what is not published yet. */
    private final Set<Sha256> fresh = new HashSet<>();

    private BaseStore(Path directory) {
        this.directory = directory;
    }

    /** Opens the store; what a killed server left half made is removed. */
    static BaseStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        BaseStore store = new BaseStore(directory);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    store.files.put(new Sha256(name.group(1)), entry);
                } else {
                    Files.delete(entry);
                }
            }
        }
        return store;
    }

    /** The image that a subsystem is, in the first of these generations that has it as a base. */
    Optional<VolumeRecord.Base> base(String subsystem, Stream<Generation> generations) {
        return generations
                .flatMap(generation -> SubsystemName.image(generation, subsystem)
                        .filter(image -> has(image.digest()))
                        .map(image -> new VolumeRecord.Base(generation.id(), image.name(), image.digest()))
                        .stream())
                .findFirst();
    }

    /** Whether an image can be a base: it was prepared, now or by an earlier server. */
    synchronized boolean has(Sha256 digest) {
        return files.containsKey(digest);
    }

    /**
     * Makes an image ready to be a base, unless it is.
     *
     * @param image an open file that has this digest
     * @param name of the image, for messages
     * @param preparing told when it takes a while
     * @throws IOException when it cannot be, for one because the disk is full
     */
    void prepare(FileHandle image, Sha256 digest, Compression compression, String name, Runnable preparing)
            throws IOException {
        if (intact(digest)) {
            return;
        }
        Path temporary = temporary(digest);
        if (compression != Compression.NONE || !linked(image, temporary)) {
            preparing.run();
            copy(image, compression, temporary);
        }
        keep(temporary, digest, name);
    }

    /**
     * Makes an image in QEMU's format ready to be a base, unless it is.
     *
     * @param image the file
     * @param identity that it had when its digest was made
     * @param name of the image, for messages
     * @param preparing told when it takes a while
     * @return the raw image
     * @throws UnsteadyFileException when it was written since
     * @throws IOException when it cannot be, for one because it names other files
     */
    Path unpack(Path image, FileIdentity identity, Sha256 digest, String name, Runnable preparing) throws IOException {
        if (!intact(digest)) {
            Path temporary = temporary(digest);
            preparing.run();
            try {
                QemuImage.toRaw(image, temporary);
            } catch (VolumeFormatException e) {
                throw new ServeException(String.valueOf(e.getMessage()), e);
            }
            try (FileHandle now = FileHandle.open(image)) {
                if (!FileIdentity.of(now.status()).equals(identity)) {
                    Files.delete(temporary);
                    throw new UnsteadyFileException(image);
                }
            }
            keep(temporary, digest, name);
        }
        return path(digest);
    }

    private Path temporary(Sha256 digest) throws IOException {
        Path temporary = directory.resolve("." + digest.hex().substring(0, 16));
        Files.deleteIfExists(temporary);
        return temporary;
    }

    private void keep(Path temporary, Sha256 digest, String name) throws IOException {
        FileStatus status;
        try (FileHandle made = FileHandle.open(temporary)) {
            status = made.status();
        }
        if (status.size() == 0 || status.size() % BlockDevice.SECTOR != 0) {
            Files.delete(temporary);
            throw new ServeException(name + " has " + status.size() + " bytes, but a disk has a multiple of "
                    + BlockDevice.SECTOR + ": make it longer, or serve it with --root ram");
        }
        Path place = directory.resolve(digest.hex() + "-" + Long.toHexString(status.modified()) + ".raw");
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        synchronized (this) {
            files.put(digest, place);
            fresh.add(digest);
        }
    }

    private boolean intact(Sha256 digest) throws IOException {
        Optional<Path> file = file(digest);
        return file.isPresent() && intact(file.get());
    }

    private static boolean linked(FileHandle image, Path link) {
        try {
            image.link(link);
            return true;
        } catch (LinuxException e) {
            // On another file system, or not ours to link: it is copied.
            return false;
        }
    }

    private static void copy(FileHandle image, Compression compression, Path file) throws IOException {
        try (FileChannel in = image.channel();
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Decompressor decompressor = compression.decompressor()) {
            SparseFileWriter writer = new SparseFileWriter(out);
            ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER);
            ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER);
            boolean last = false;
            boolean ended = false;
            while (!ended) {
                last = last || in.read(packed) < 0;
                packed.flip();
                ended = decompressor.decode(packed, plain, last);
                packed.compact();
                writer.write(plain.flip());
                plain.clear();
            }
            writer.finish();
            out.force(true);
        }
    }

    private synchronized Optional<Path> file(Sha256 digest) {
        return Optional.ofNullable(files.get(digest));
    }

    /**
     * The file of a base.
     *
     * @throws ServeException when it is not there any more, or was written since it was prepared
     */
    Path path(Sha256 digest) throws IOException {
        Path file = file(digest)
                .orElseThrow(() -> new ServeException("the base image with the digest " + digest.hex()
                        + " is not kept here any more: reset the volume to take the newest one"));
        if (!intact(file)) {
            throw new ServeException(OVERWRITTEN);
        }
        return file;
    }

    /** Whether a base is what it was: it was not written in place since it was prepared. */
    static boolean intact(Path file) throws IOException {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        try (FileHandle handle = FileHandle.open(file)) {
            return name.matches() && handle.status().modified() == Long.parseUnsignedLong(name.group(2), 16);
        }
    }

    /** What was prepared is published, by the one thread that does so: from now on generations say what is needed. */
    synchronized void published() {
        fresh.clear();
    }

    /** Removes every base but these, and those that nothing was published with yet. */
    synchronized void keepOnly(Set<Sha256> needed) throws IOException {
        for (Sha256 digest : Set.copyOf(files.keySet())) {
            if (!needed.contains(digest) && !fresh.contains(digest)) {
                Path file = files.remove(digest);
                if (file != null) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
