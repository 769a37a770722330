package org.pullboot.serve;

import java.util.Optional;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Generation;

/** The NQN under which an image is a subsystem: the same for every generation of it. */
final class SubsystemName {
    private static final String PREFIX = "nqn.2026-11.org.pullboot:";

    private SubsystemName() {}

    /** The subsystem of an image. */
    static String of(String image) {
        return PREFIX + ServedName.stem(image);
    }

    /** The image of a generation that a subsystem is. */
    static Optional<Artifact> image(Generation generation, String nqn) {
        return generation.artifacts().stream()
                .filter(artifact -> artifact.role() == Artifact.Role.IMAGE)
                .filter(artifact -> of(artifact.name()).equals(nqn))
                .findFirst();
    }
}
