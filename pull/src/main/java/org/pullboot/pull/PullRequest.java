package org.pullboot.pull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Sha256;

/**
 * One download to make: where the file may be, what it must be, and where it goes.
 *
 * @param name by which pins, sizes and checksum lists know the file
 * @param type whether it becomes a file or a directory
 * @param urls where it may be, tried in this order; at least one
 * @param destination what is made; it must not exist, its parent is made when missing
 * @param verification how it is verified when no digest is pinned
 * @param digest the SHA-256 its bytes must have as they are transferred, if pinned
 * @param size what it unpacks to, if declared
 * @param readOnly whether a raw image's file is made read-only, or what {@link Installation#readOnlyTree} says of trees
 * @param transferLimit how many bytes may be transferred at most
 * @param unpackedLimit how many bytes it may unpack to at most when no size is declared
 * @param installation how it comes to be among other images
 */
public record PullRequest(
        String name,
        PullType type,
        List<String> urls,
        Path destination,
        Verification verification,
        @Nullable Sha256 digest,
        @Nullable DeclaredSize size,
        boolean readOnly,
        long transferLimit,
        long unpackedLimit,
        Installation installation) {
    /** systemd's limit for images, compressed and unpacked: 64 GiB. */
    public static final long DEFAULT_LIMIT = 64L << 30;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when there is no URL
     */
    public PullRequest {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("a pull needs at least one URL");
        }
    }

    /** A download of only the image, where nothing is yet. */
    public PullRequest(
            String name,
            PullType type,
            List<String> urls,
            Path destination,
            Verification verification,
            @Nullable Sha256 digest,
            @Nullable DeclaredSize size,
            boolean readOnly,
            long transferLimit,
            long unpackedLimit) {
        this(
                name,
                type,
                urls,
                destination,
                verification,
                digest,
                size,
                readOnly,
                transferLimit,
                unpackedLimit,
                Installation.PLAIN);
    }

    /**
     * The download that an expression asks for, with the places, the pin and the size that Pullboot's words and the
     * server's plan add: the generation's own URL first, then the plain one, then mirrors.
     *
     * @param plan the server's plan, if it has one
     * @throws PullException when the expression's URL names no file
     */
    public static PullRequest of(
            PullExpression expression, @Nullable BootOrigin origin, BootWords words, @Nullable BootPlan plan)
            throws PullException {
        String name = expression.name();
        SequencedSet<String> urls = new LinkedHashSet<>();
        String beside = name;
        if (expression.bootOrigin() && origin != null) {
            boolean folder =
                    expression.type() == PullType.OCI && !expression.remote().endsWith("/");
            beside = folder ? expression.remote() + "/" : expression.remote();
            generationUrl(urls, origin, beside, words, plan);
        }
        urls.add(expression.url());
        // A mirror is a directory of files; a registry is none.
        if (expression.type() != PullType.OCI || expression.bootOrigin()) {
            mirrors(urls, beside, name, words, plan);
        }
        return make(
                name,
                expression.type(),
                urls,
                expression.destination(),
                expression.verification(),
                words,
                expression.readOnly());
    }

    /**
     * The download of another file from beside the boot URL, such as the tar of kernel modules.
     *
     * @throws PullException when the origin leads to no URL
     */
    public static PullRequest beside(
            BootOrigin origin,
            String name,
            PullType type,
            Path destination,
            Verification verification,
            BootWords words,
            @Nullable BootPlan plan)
            throws PullException {
        SequencedSet<String> urls = new LinkedHashSet<>();
        generationUrl(urls, origin, name, words, plan);
        urls.add(origin.resolve(name));
        mirrors(urls, name, name, words, plan);
        return make(name, type, urls, destination, verification, words, false);
    }

    private static void generationUrl(
            SequencedSet<String> urls, BootOrigin origin, String suffix, BootWords words, @Nullable BootPlan plan)
            throws PullException {
        String generation = words.generation().orElse(plan == null ? null : plan.generation());
        if (generation != null) {
            urls.add(origin.resolveInGeneration(generation, suffix));
        }
    }

    private static void mirrors(
            SequencedSet<String> urls, String suffix, String name, BootWords words, @Nullable BootPlan plan) {
        List<String> mirrors = new ArrayList<>(words.mirrors());
        if (plan != null && words.pins().of(name).isPresent()) {
            mirrors.addAll(plan.mirrors());
        }
        for (String mirror : mirrors) {
            urls.add(mirror + "/" + suffix);
        }
    }

    private static PullRequest make(
            String name,
            PullType type,
            SequencedSet<String> urls,
            Path destination,
            Verification verification,
            BootWords words,
            boolean readOnly) {
        return new PullRequest(
                name,
                type,
                List.copyOf(urls),
                destination,
                verification,
                words.pins().of(name).orElse(null),
                words.size(name).orElse(null),
                readOnly,
                DEFAULT_LIMIT,
                DEFAULT_LIMIT);
    }

    /** The same download to another place: an agent whose {@code /run} is elsewhere, or a command's {@code --output}. */
    public PullRequest to(Path destination) {
        return with(destination, unpackedLimit, installation);
    }

    /** The same download, which may unpack to at most this many bytes. */
    public PullRequest limited(long unpackedBytes) {
        return with(destination, unpackedBytes, installation);
    }

    /**
     * The download of a file from beside this one, without a check: for what the use of it verifies, as a root hash does
     * with its tree.
     *
     * @throws PullException when a URL has no path
     */
    public PullRequest sideFile(SideFile side) throws PullException {
        List<String> places = new ArrayList<>();
        for (String url : urls) {
            places.add(Urls.changeSuffix(url, 1, LocalName.derive(Urls.lastComponent(url), type) + side.suffix()));
        }
        String file = String.valueOf(destination.getFileName());
        String stem = file.endsWith(".raw") ? file.substring(0, file.length() - ".raw".length()) : file;
        return new PullRequest(
                LocalName.derive(name, type) + side.suffix(),
                PullType.RAW,
                places,
                destination.resolveSibling(stem + side.suffix()),
                Verification.NO,
                null,
                null,
                true,
                transferLimit,
                unpackedLimit);
    }

    /** The same download, installed in another way. */
    public PullRequest installed(Installation how) {
        return with(destination, unpackedLimit, how);
    }

    private PullRequest with(Path place, long unpackedBytes, Installation how) {
        return new PullRequest(
                name, type, urls, place, verification, digest, size, readOnly, transferLimit, unpackedBytes, how);
    }
}
