package org.pullboot.pull;

/**
 * How far a download is.
 *
 * @param name the file's name
 * @param bytes bytes received
 * @param total bytes in all, -1 when unknown
 * @param bytesPerSecond the mean since the download began, or began anew
 */
public record PullProgress(String name, long bytes, long total, long bytesPerSecond) {
    /** Percent received, 0 to 100; -1 when the total is unknown. */
    public int percent() {
        return total < 0 ? -1 : total == 0 ? 100 : (int) (bytes * 100.0 / total);
    }
}
