package org.pullboot.pull;

import java.nio.file.Path;
import java.util.List;
import org.pullboot.image.Compression;
import org.pullboot.image.Sha256;

/**
 * A pull that succeeded.
 *
 * @param path what was made
 * @param url where it came from, for people: without user and password
 * @param digest SHA-256 of the bytes as they were transferred
 * @param transferred how many they were
 * @param compression how they were compressed
 * @param unpacked how many bytes they unpacked to
 * @param data how many of those are not holes; for a tar the same as {@code unpacked}
 * @param verifiedBy what vouches for the digest: a pin, a checksum list, or nothing
 * @param revalidated whether it came from a kept download that the server says is still the same
 * @param sideFiles the files from beside it that were installed with it
 * @param nanos how long it took
 */
public record PullResult(
        Path path,
        String url,
        Sha256 digest,
        long transferred,
        Compression compression,
        long unpacked,
        long data,
        VerifiedBy verifiedBy,
        boolean revalidated,
        List<Path> sideFiles,
        long nanos) {
    /** Copies the list. */
    public PullResult {
        sideFiles = List.copyOf(sideFiles);
    }

    /** What vouches for a download. */
    public enum VerifiedBy {
        /** A digest on the command line. */
        PIN,
        /** A checksum list from beside the file. */
        CHECKSUM,
        /** A signed checksum list from beside the file. */
        SIGNATURE,
        /** Nothing. */
        NOTHING
    }
}
