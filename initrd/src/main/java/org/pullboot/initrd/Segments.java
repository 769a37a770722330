package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.pullboot.image.Sha256;

/**
 * Compressed archives, kept in a cache directory by the digest of their content: most initrds differ in their kernel
 * modules only, and compressing the rest takes the most time of building one.
 */
final class Segments {
    private final Path directory;
    private final int level;

    /**
     * @param cache a directory that holds caches
     * @param level of zstd
     */
    Segments(Path cache, int level) {
        this.directory = cache.resolve("segments");
        this.level = level;
    }

    /**
     * A compressed archive.
     *
     * @param file where it is; one zstd frame
     * @param rawBytes its size when unpacked
     */
    record Compressed(Path file, long rawBytes) {}

    /** Takes an archive of this tree from the cache, or makes it. */
    Compressed of(FileTree tree) throws IOException {
        Files.createDirectories(directory);
        MessageDigest digest = Sha256.digester();
        long rawBytes;
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            rawBytes = CpioWriter.write(tree, out);
        }
        Path file = directory.resolve(HexFormat.of().formatHex(digest.digest()) + "-" + level + ".cpio.zst");
        if (!Files.exists(file)) {
            PublicFile.writeZstd(file, level, rawBytes, out -> CpioWriter.write(tree, out));
        }
        return new Compressed(file, rawBytes);
    }

    /** Appends a file to a stream and says what its digest is. */
    static Sha256 append(Path file, OutputStream out) throws IOException {
        MessageDigest digest = Sha256.digester();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(out);
        }
        return Sha256.of(digest.digest());
    }
}
