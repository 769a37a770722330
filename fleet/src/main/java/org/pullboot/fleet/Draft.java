package org.pullboot.fleet;

import java.nio.file.Path;
import java.util.List;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;

/**
 * A generation that is about to be published.
 *
 * @param id made from its content
 * @param source what it is made from, the same for every rebuild of it
 * @param files at least one, each name once
 */
public record Draft(GenerationId id, String source, List<File> files) {
    /** Copies the list. */
    public Draft {
        files = List.copyOf(files);
    }

    /**
     * A file that was hashed.
     *
     * @param name its flat name
     * @param role what it is to a boot
     * @param mediaType for {@code Content-Type}, without parameters
     * @param digest of its bytes
     * @param identity what the file was before and after it was hashed
     * @param handle the open file that was hashed; the fleet takes it over and closes it
     * @param path one of its names, where it is looked for after a restart
     */
    public record File(
            String name,
            Artifact.Role role,
            String mediaType,
            Sha256 digest,
            FileIdentity identity,
            FileHandle handle,
            Path path) {}
}
