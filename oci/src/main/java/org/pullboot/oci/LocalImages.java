package org.pullboot.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.image.Layer;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarExtractor;
import org.pullboot.image.TarLimits;
import org.pullboot.linux.Directory;
import org.pullboot.pull.Text;

/** Images in files of this machine: OCI layouts, their archives, and what "docker save" makes in both its forms. */
public final class LocalImages {
    /** The largest manifest, index or configuration; registries allow the same. */
    static final int DOCUMENT_LIMIT = 4 << 20;

    private static final String INDEX = "index.json";
    private static final String LAYOUT = "oci-layout";
    private static final String DOCKER = "manifest.json";
    private static final int DEEPEST = 4;

    private final Path directory;
    private final boolean ours;

    private LocalImages(Path directory, boolean ours) {
        this.directory = directory;
        this.ours = ours;
    }

    /** Whether a directory is an OCI layout. */
    public static boolean isLayout(Path directory) {
        return Files.isRegularFile(directory.resolve(INDEX)) && Files.isRegularFile(directory.resolve(LAYOUT));
    }

    /** The images of a layout. */
    public static LocalImages inLayout(Path directory) {
        return new LocalImages(directory, false);
    }

    /**
     * The images of an archive.
     *
     * @param archive tar, compressed or not
     * @param work an empty directory that it is unpacked into, the caller's to remove when the image was used
     * @param limit the most bytes it may unpack to
     * @throws ImageException when it is no archive of images
     */
    public static LocalImages inArchive(Path archive, Path work, long limit) throws IOException {
        try (InputStream in = DecompressedInputStream.of(Files.newInputStream(archive));
                Directory directory = Directory.open(work)) {
            TarExtractor.extract(in, directory, TarLimits.forFiles(limit));
        }
        return new LocalImages(work, true);
    }

    /**
     * Whether the names in a tar are those of an archive of images; two of them are enough to tell.
     *
     * @param names of the first entries
     */
    public static boolean isArchive(Set<String> names) {
        Set<String> plain = new HashSet<>();
        for (String name : names) {
            plain.add(name.startsWith("./") ? name.substring(2) : name);
        }
        return (plain.contains(INDEX) && plain.contains(LAYOUT)) || plain.contains(DOCKER);
    }

    /**
     * An image.
     *
     * @param tag or name by which it is known there; empty for the only one, or the latest
     * @param platform what it is to be for
     * @throws ImageException when there is none, or it is damaged
     */
    public OciImage image(String tag, Platform platform) throws IOException {
        if (isLayout(directory)) {
            Index index = Index.parse(document(INDEX)).tagged(tag);
            return resolve(index.choose(platform), platform, 0);
        }
        if (Files.isRegularFile(directory.resolve(DOCKER))) {
            return dockerImage(tag);
        }
        throw new ImageException(directory.getFileName() + " is no OCI layout and nothing that docker save made: it"
                + " has neither index.json with oci-layout nor manifest.json");
    }

    private OciImage resolve(Descriptor descriptor, Platform platform, int depth) throws IOException {
        byte[] document = document(descriptor);
        if (MediaType.isIndex(descriptor.mediaType())) {
            if (depth == DEEPEST) {
                throw new ImageException("an index leads to an index " + DEEPEST + " times: the image is refused");
            }
            return resolve(Index.parse(document).choose(platform), platform, depth + 1);
        }
        Manifest manifest = Manifest.parse(document);
        ImageConfig config = ImageConfig.parse(document(manifest.config()));
        if (config.layers().size() != manifest.layers().size()) {
            throw new ImageException(
                    "the image's manifest has " + manifest.layers().size() + " layers, but its configuration "
                            + config.layers().size() + ": it is damaged");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            layers.add(new LayerFile(file(blob(layer)), layer, config.layers().get(i), false));
        }
        return new OciImage(descriptor.digest(), config, layers);
    }

    /** The form of docker save before version 25: names of files, and the layers' digests in the configuration alone. */
    private OciImage dockerImage(String tag) throws IOException {
        Json images = Json.parse(document(DOCKER));
        List<Json> found = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        List<Json> all = images instanceof Json.Items items ? items.values() : List.of();
        for (Json image : all) {
            List<String> tags = image.texts("RepoTags");
            names.append(names.isEmpty() ? "" : ", ").append(Text.shown(String.join(", ", tags)));
            boolean named = false;
            for (String each : tags) {
                named |= each.equals(tag) || each.endsWith(":" + tag);
            }
            if (tag.isEmpty() || named) {
                found.add(image);
            }
        }
        if (found.size() != 1) {
            throw new ImageException("expected one image" + (tag.isEmpty() ? "" : " named '" + Text.shown(tag) + "'")
                    + ", but there are " + found.size() + " of (" + names + "): say which, as in FILE:TAG");
        }
        byte[] document = document(found.getFirst().text("Config"));
        Sha256 digest = Sha256.of(Sha256.digester().digest(document));
        ImageConfig config = ImageConfig.parse(document);
        List<String> files = found.getFirst().texts("Layers");
        if (config.layers().size() != files.size()) {
            throw new ImageException("manifest.json has " + files.size() + " layers, but the configuration "
                    + config.layers().size() + ": the archive is damaged");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            layers.add(new LayerFile(file(files.get(i)), null, config.layers().get(i), false));
        }
        return new OciImage(digest, config, layers);
    }

    private static String blob(Descriptor descriptor) {
        return "blobs/sha256/" + descriptor.digest().hex();
    }

    private byte[] document(Descriptor descriptor) throws IOException {
        byte[] document = document(blob(descriptor));
        Documents.check(descriptor, document);
        return document;
    }

    private byte[] document(String name) throws IOException {
        try (InputStream in = Files.newInputStream(file(name))) {
            byte[] document = in.readNBytes(DOCUMENT_LIMIT + 1);
            if (document.length > DOCUMENT_LIMIT) {
                throw new ImageException(
                        "'" + Text.shown(name) + "' of the image has more than " + DOCUMENT_LIMIT + " bytes");
            }
            return document;
        }
    }

    /** A file of the image; what was in an archive must not lead out of it by symbolic links, as its layers' may. */
    private Path file(String name) throws IOException {
        Path file = directory.resolve(name.startsWith("/") ? "." + name : name).normalize();
        boolean inside = file.startsWith(directory.normalize()) && Files.isRegularFile(file);
        if (inside && ours) {
            inside = file.toRealPath().startsWith(directory.toRealPath());
        }
        if (!inside) {
            throw new ImageException("'" + Text.shown(name) + "' of the image is not there"
                    + (Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? ", or leads elsewhere" : "")
                    + ": the image is incomplete, make it again");
        }
        return file;
    }
}
