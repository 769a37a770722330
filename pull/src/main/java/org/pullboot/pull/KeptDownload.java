package org.pullboot.pull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.pullboot.image.Sha256;

/**
 * A file as it was transferred, kept hidden in the directory of its image: its name tells from which URL, and which entity
 * tag it had there. Whoever uses it verifies it as if it came from the server.
 *
 * @param path where it is
 * @param tag its strong entity tag, with the quotes
 */
record KeptDownload(Path path, String tag) {
    private static final String PREFIX = ".pullboot-";
    private static final int URL_BYTES = 16;
    private static final int NAME_LIMIT = 255;

    /**
     * What the file of an answer is kept as, or comes from.
     *
     * @return nothing when it is not to be kept, nothing reliable would tell later whether it is the same, or its name would
     *     be too long
     */
    static Optional<KeptDownload> of(PullRequest request, String url, Answer answer) {
        if (answer.isKept()) {
            return find(request, url);
        }
        String tag = answer.validator();
        if (!request.installation().keepDownload() || tag == null || !tag.startsWith("\"")) {
            return Optional.empty();
        }
        byte[] bytes = tag.getBytes(StandardCharsets.ISO_8859_1);
        String name = prefix(url) + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return name.length() > NAME_LIMIT
                ? Optional.empty()
                : Optional.of(new KeptDownload(directory(request).resolve(name), tag));
    }

    /** What is kept of a URL; nothing where nothing is, it cannot be read, or it is not to be used. */
    static Optional<KeptDownload> find(PullRequest request, String url) {
        return request.installation().keepDownload() ? find(directory(request), url) : Optional.empty();
    }

    private static Path directory(PullRequest request) {
        return request.destination().toAbsolutePath().resolveSibling(".").normalize();
    }

    private static String prefix(String url) {
        byte[] digest = Sha256.digester().digest(url.getBytes(StandardCharsets.UTF_8));
        return PREFIX + HexFormat.of().formatHex(digest, 0, URL_BYTES) + ".";
    }

    private static Optional<KeptDownload> find(Path directory, String url) {
        String prefix = prefix(url);
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path path : kept) {
                byte[] tag = Base64.getUrlDecoder()
                        .decode(String.valueOf(path.getFileName()).substring(prefix.length()));
                return Optional.of(new KeptDownload(path, new String(tag, StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException | IllegalArgumentException nothingToUse) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Takes a file in, in place of what was kept of its URL before. */
    void keep(Path file, String url) throws IOException {
        Optional<KeptDownload> before = find(path.toAbsolutePath().resolveSibling("."), url);
        Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
        if (before.isPresent() && !before.get().tag.equals(tag)) {
            before.get().remove();
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
    }
}
