package org.pullboot.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Generation;

/**
 * The checksum lists that systemd's {@code verify=checksum} asks for, made of what the fleet knows: {@code SHA256SUMS} of
 * all, and {@code NAME.sha256} of one file and what belongs to it.
 *
 * <p>systemd takes every side file it got ({@code .nspawn}, {@code .roothash}, …) from the same list as the image and
 * fails when one is missing from it; so these are in {@code NAME.sha256} too.
 */
final class ChecksumLists {
    static final String ALL = "SHA256SUMS";
    static final String SUFFIX = ".sha256";

    private static final List<String> SIDE_FILES = List.of(".nspawn", ".roothash", ".roothash.p7s", ".verity");
    private static final Pattern IMAGE_SUFFIX =
            Pattern.compile("(\\.(xz|gz|bz2|zst|sysext\\.raw|confext\\.raw|raw|qcow2|img|bin|tar|tgz))+$");

    private ChecksumLists() {}

    /** Whether a file of this name is a list. */
    static boolean is(String name) {
        return name.equals(ALL) || (name.endsWith(SUFFIX) && name.length() > SUFFIX.length());
    }

    /**
     * Every list that can be asked for: of a generation alone, by its id, and of what a boot sees that is pinned to it.
     *
     * @param kept all that can be asked for by id
     * @param newest of each source that has plain names
     */
    static Set<String> possible(List<Generation> kept, List<Generation> newest) {
        Set<String> lists = new HashSet<>();
        named(ALL, newest).ifPresent(lists::add);
        for (Generation generation : kept) {
            List<Generation> seen = newest.stream()
                    .map(other -> other.source().equals(generation.source()) ? generation : other)
                    .toList();
            named(ALL, seen).ifPresent(lists::add);
            named(ALL, List.of(generation)).ifPresent(lists::add);
            for (Artifact artifact : generation.artifacts()) {
                named(artifact.name() + SUFFIX, List.of(generation)).ifPresent(lists::add);
            }
        }
        return lists;
    }

    /** The list of this name; empty when the name is no list's, or of a file that is not there. */
    static Optional<String> named(String name, List<Generation> generations) {
        if (name.equals(ALL)) {
            List<Artifact> all = generations.stream()
                    .flatMap(generation -> generation.artifacts().stream())
                    .sorted(Comparator.comparing(Artifact::name)
                            .thenComparing(artifact -> artifact.digest().hex()))
                    .toList();
            return all.isEmpty() ? Optional.empty() : Optional.of(lines(all));
        }
        if (!name.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        String file = name.substring(0, name.length() - SUFFIX.length());
        for (Generation generation : generations) {
            Optional<Artifact> artifact = generation.artifact(file);
            if (artifact.isPresent()) {
                return Optional.of(lines(withSideFiles(artifact.get(), generation)));
            }
        }
        return Optional.empty();
    }

    private static List<Artifact> withSideFiles(Artifact artifact, Generation generation) {
        List<Artifact> listed = new ArrayList<>(List.of(artifact));
        String stem = IMAGE_SUFFIX.matcher(artifact.name()).replaceFirst("");
        for (String suffix : SIDE_FILES) {
            generation.artifact(stem + suffix).ifPresent(listed::add);
        }
        return listed;
    }

    private static String lines(List<Artifact> artifacts) {
        StringBuilder lines = new StringBuilder();
        for (Artifact artifact : artifacts) {
            lines.append(artifact.digest().hex())
                    .append(" *")
                    .append(artifact.name())
                    .append('\n');
        }
        return lines.toString();
    }
}
