package org.pullboot.volume;

import java.nio.file.Path;

/**
 * Something that is wrong with a volume.
 *
 * @param file where
 * @param message what, in one sentence
 */
public record Finding(Path file, String message) {}
