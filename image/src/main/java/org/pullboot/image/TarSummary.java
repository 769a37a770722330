package org.pullboot.image;

/**
 * What was extracted from an archive.
 *
 * @param entries how many files, directories and links
 * @param dataBytes how many bytes of content were written
 * @param attributesLeftOut how many extended attributes the destination's file system or {@link TarLimits#asRoot} did
 *     not allow
 * @param hoisted whether the archive held its operating system in one directory, whose content is now at the top
 */
public record TarSummary(long entries, long dataBytes, long attributesLeftOut, boolean hoisted) {}
