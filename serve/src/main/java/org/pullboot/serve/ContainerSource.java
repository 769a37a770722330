package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarReader;
import org.pullboot.oci.LocalImages;
import org.pullboot.oci.LocalPlace;

/**
 * A container image as a user names it, or as it is found.
 *
 * @param watched the file whose change is a change of the image: a layout's index.json, or an archive
 * @param place where the image is
 */
record ContainerSource(Path watched, LocalPlace place) {
    private static final List<String> PREFIXES = List.of("oci:", "oci-archive:", "docker-archive:");
    private static final String INDEX = "index.json";
    /** The entries at the start of an archive by which it is suspected to be one of images. */
    private static final int FIRST = 3;

    /**
     * What a path means that begins as Skopeo and Podman write them, or that is a layout; nothing when it is neither.
     *
     * @throws ServeException when there is no such image
     */
    static Optional<ContainerSource> of(Path given) throws IOException {
        String text = given.toString();
        for (String prefix : PREFIXES) {
            if (text.startsWith(prefix) && Files.notExists(given)) {
                return Optional.of(at(text.substring(prefix.length())));
            }
        }
        return LocalImages.isLayout(given) ? Optional.of(at(text)) : Optional.empty();
    }

    private static ContainerSource at(String text) throws IOException {
        LocalPlace place;
        try {
            place = LocalPlace.of(text);
        } catch (ImageException e) {
            throw new ServeException(String.valueOf(e.getMessage()), e);
        }
        Path real = place.path().toRealPath();
        if (Files.isDirectory(real) && !LocalImages.isLayout(real)) {
            throw new ServeException(place.path() + " is no OCI layout: it lacks index.json or oci-layout");
        }
        return new ContainerSource(
                Files.isDirectory(real) ? real.resolve(INDEX) : real, new LocalPlace(real, place.tag()));
    }

    /** The image that a file in a served directory is: a layout below it by its index, an archive by what is in it. */
    static Optional<ContainerSource> found(Path file, ImageKind kind, Path directory) throws IOException {
        Path parent = file.getParent();
        if (parent != null && String.valueOf(file.getFileName()).equals(INDEX) && !parent.equals(directory)) {
            return Optional.of(new ContainerSource(file, new LocalPlace(parent, "")));
        }
        return kind instanceof ImageKind.Tar && isArchive(file)
                ? Optional.of(new ContainerSource(file, new LocalPlace(file, "")))
                : Optional.empty();
    }

    /** What the one tar made of it is named. */
    String name() {
        String file = String.valueOf(place.path().getFileName());
        String tag = place.tag().substring(place.tag().lastIndexOf('/') + 1).replace(':', '-');
        return ServedName.stem(file) + (tag.isEmpty() ? "" : "-" + tag) + ".tar.zst";
    }

    /** Reads an archive's names, unless its first ones show that it is a system's. */
    static boolean isArchive(Path file) throws IOException {
        Set<String> names = new HashSet<>();
        try (DecompressedInputStream in = DecompressedInputStream.of(Files.newInputStream(file))) {
            TarReader reader = new TarReader(in, TarLimits.forFiles(TarLimits.DEFAULT_BYTES));
            int seen = 0;
            boolean suspect = false;
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                String name = next.get().pathText();
                names.add(name);
                seen++;
                suspect |= suspicious(name.startsWith("./") ? name.substring(2) : name);
                if (LocalImages.isArchive(names)) {
                    return true;
                }
                if (seen >= FIRST && !suspect) {
                    return false;
                }
            }
        } catch (ImageException e) {
            // Damaged: whoever reads it to serve it says so.
            return false;
        }
        return false;
    }

    private static boolean suspicious(String name) {
        String first = name.indexOf('/') < 0 ? name : name.substring(0, name.indexOf('/'));
        String stem = first.endsWith(".json") ? first.substring(0, first.length() - 5) : first;
        boolean digest = stem.length() == 64 && stem.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return digest
                || Set.of("blobs", "index.json", "oci-layout", "manifest.json", "repositories")
                        .contains(first);
    }
}
