package org.pullboot.fleet;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One consistent set of artifacts; immutable.
 *
 * @param id made from its content
 * @param source what it was made from, the same for every rebuild of it: a directory, or the image's path
 * @param published when it last became the newest one of its source
 * @param artifacts sorted by name, each name once
 */
public record Generation(GenerationId id, String source, Instant published, List<Artifact> artifacts) {
    /** Copies and sorts the artifacts. */
    public Generation {
        artifacts =
                artifacts.stream().sorted(Comparator.comparing(Artifact::name)).toList();
    }

    /** The artifact of this name, if there is one. */
    public Optional<Artifact> artifact(String name) {
        return artifacts.stream().filter(a -> a.name().equals(name)).findFirst();
    }
}
