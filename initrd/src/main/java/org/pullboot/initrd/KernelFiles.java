package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarReader;
import org.pullboot.linux.EntryType;

/**
 * Takes kernels and their modules, and nothing else, out of tar archives: those of Debian packages, or whole images.
 *
 * <p>Only regular files are written, to paths that were checked, so nothing in the archive can lead outside of the
 * directory.
 */
final class KernelFiles {
    private static final Pattern WANTED =
            Pattern.compile("boot/(vmlinu[xz]|Image|config)-[^/]+|(usr/)?lib/modules/[^/]+/.+");
    private static final long MAX_FILE_BYTES = 1L << 30;

    private final Path directory;

    /**
     * @param directory where to put the files, at the paths that they have in the archive
     */
    KernelFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads an archive to its end.
     *
     * @throws org.pullboot.image.ImageException when it is damaged or no tar archive
     */
    void takeFrom(InputStream archive) throws IOException {
        TarReader reader = new TarReader(archive, TarLimits.forFiles(TarLimits.DEFAULT_BYTES));
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            String path = plain(new String(entry.path(), StandardCharsets.UTF_8));
            if (!isSafe(path) || !WANTED.matcher(path).matches()) {
                continue;
            }
            Path file = directory.resolve(path);
            if (entry.isHardLink()) {
                link(plain(new String(entry.linkTarget(), StandardCharsets.UTF_8)), file);
            } else if (entry.is(EntryType.REGULAR)) {
                if (entry.size() > MAX_FILE_BYTES) {
                    throw new InitrdException("'" + path + "' has " + entry.size()
                            + " bytes, which is too large for a kernel or a module");
                }
                Files.createDirectories(file.getParent());
                Files.deleteIfExists(file);
                try (OutputStream out = Files.newOutputStream(file)) {
                    reader.copyContent(entry, out);
                }
            }
        }
    }

    private void link(String target, Path file) throws IOException {
        Path first = directory.resolve(isSafe(target) ? target : "");
        if (Files.isRegularFile(first)) {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Files.copy(first, file);
        }
    }

    private static String plain(String path) {
        String plain = path;
        while (plain.startsWith("./") || plain.startsWith("/")) {
            plain = plain.substring(plain.indexOf('/') + 1);
        }
        return plain;
    }

    private static boolean isSafe(String path) {
        for (String component : path.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                return false;
            }
        }
        return path.indexOf('\0') < 0;
    }
}
