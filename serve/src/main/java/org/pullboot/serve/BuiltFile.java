package org.pullboot.serve;

import java.nio.file.Path;
import org.pullboot.fleet.Artifact;

/**
 * A file that was made for images.
 *
 * @param name its name in URLs
 * @param path where it is in the cache
 */
record BuiltFile(String name, Path path, Artifact.Role role, String mediaType) {}
