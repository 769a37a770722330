package org.pullboot.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.image.ImageException;
import org.pullboot.pull.Text;

/**
 * A layout or an archive of this machine, as people write it.
 *
 * @param path the directory or the file
 * @param tag empty for the only image, or the latest
 */
public record LocalPlace(Path path, String tag) {
    /**
     * Takes {@code PATH} or {@code PATH:TAG}; a file of the whole name is that file.
     *
     * @throws ImageException when there is neither
     */
    public static LocalPlace of(String text) throws ImageException {
        Path whole = Path.of(text);
        if (Files.exists(whole)) {
            return new LocalPlace(whole, "");
        }
        // A tag may be a whole reference, with colons and slashes of its own.
        for (int colon = text.indexOf(':'); colon > 0; colon = text.indexOf(':', colon + 1)) {
            Path path = Path.of(text.substring(0, colon));
            if (Files.exists(path)) {
                return new LocalPlace(path, text.substring(colon + 1));
            }
        }
        throw new ImageException("there is no '" + Text.shown(text) + "': name an OCI layout, or an archive of one");
    }

    /**
     * The image.
     *
     * @param work an empty directory that an archive is unpacked into; the caller's to remove
     * @param limit the most bytes an archive may unpack to
     */
    public OciImage image(Path work, long limit) throws IOException {
        LocalImages images =
                Files.isDirectory(path) ? LocalImages.inLayout(path) : LocalImages.inArchive(path, work, limit);
        return images.image(tag, Platform.ofHost());
    }
}
