package org.pullboot.image;

import java.io.IOException;
import java.io.InputStream;
import org.pullboot.linux.Directory;

/**
 * Extracts a tar archive into a directory and never touches anything outside it.
 *
 * <p>Absolute paths, paths with "..", hard links to what is not in the archive, and entries beneath symbolic links that
 * lead out of the destination end the extraction; symbolic links themselves may lead anywhere, as those of an operating
 * system do. A later entry replaces an earlier one of the same path, but never a directory.
 */
public final class TarExtractor {
    private TarExtractor() {}

    /**
     * Extracts a whole archive; the stream is read to its end, beyond the archive's. An operating system that is in the
     * one top directory of the archive is moved to the top.
     *
     * @param archive plain tar; wrap a compressed one in {@link DecompressedInputStream}
     * @param destination where to: an empty directory, which is left half filled when this fails
     * @throws ImageException when the archive is damaged, incomplete, over a limit, or wants to leave the destination
     * @throws IOException when the archive cannot be read or the destination not be written
     */
    public static TarSummary extract(InputStream archive, Directory destination, TarLimits limits) throws IOException {
        try (TarExtraction extraction = new TarExtraction(destination, limits)) {
            return extraction.run(new TarReader(archive, limits));
        }
    }
}
