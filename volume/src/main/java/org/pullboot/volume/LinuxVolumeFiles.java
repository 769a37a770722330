package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.BlockFile;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;

/** The files of Linux. */
final class LinuxVolumeFiles implements VolumeFiles {
    @Override
    public VolumeFile open(Path path, boolean writable) throws IOException {
        return new LinuxFile(writable ? BlockFile.openReadWrite(path) : BlockFile.openReadOnly(path));
    }

    @Override
    public VolumeFile create(Path path) throws IOException {
        try {
            return new LinuxFile(BlockFile.create(path));
        } catch (LinuxException e) {
            throw noSpaceOr(e);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
        return names;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                for (String name : list(path)) {
                    delete(path.resolve(name));
                }
            } catch (NoSuchFileException gone) {
                return;
            }
        }
        Files.deleteIfExists(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        BlockFile.syncDirectory(directory);
    }

    static IOException noSpaceOr(LinuxException e) {
        if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
            NoSpaceException full =
                    new NoSpaceException("the file system of the volume is full, make room on it: " + e.getMessage());
            full.initCause(e);
            return full;
        }
        return e;
    }

    private record LinuxFile(BlockFile file) implements VolumeFile {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public long allocated() throws IOException {
            return file.allocated();
        }

        @Override
        public boolean readNow(ByteBuffer into, long offset) throws IOException {
            return file.readNow(into, offset);
        }

        @Override
        public void read(ByteBuffer into, long offset) throws IOException {
            file.read(into, offset);
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            try {
                file.write(from, offset);
            } catch (LinuxException e) {
                throw noSpaceOr(e);
            }
        }

        @Override
        public void sync() throws IOException {
            file.syncData();
        }

        @Override
        public boolean punch(long offset, long length) throws IOException {
            return file.punch(offset, length);
        }

        @Override
        public boolean allocate(long offset, long length) throws IOException {
            try {
                return file.allocate(offset, length);
            } catch (LinuxException e) {
                throw noSpaceOr(e);
            }
        }

        @Override
        public void resize(long bytes) throws IOException {
            file.resize(bytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
