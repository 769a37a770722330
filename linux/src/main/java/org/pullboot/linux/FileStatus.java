package org.pullboot.linux;

/**
 * What statx(2) says of a file at one moment.
 *
 * @param device the file system's device number, major in the upper and minor in the lower 32 bits
 * @param inode the file's number in its file system
 * @param size bytes
 * @param links how many names the file has; 0 once the last one is removed
 * @param modified when the content was last written, in nanoseconds since 1970
 * @param changed when content, names, owner or mode last changed (ctime), in nanoseconds since 1970
 */
public record FileStatus(long device, long inode, long size, int links, long modified, long changed) {}
