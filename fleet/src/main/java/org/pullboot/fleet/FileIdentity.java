package org.pullboot.fleet;

import org.pullboot.linux.FileStatus;

/**
 * What tells that a file still holds the bytes that were hashed: the same inode, size and modification time.
 *
 * <p>The change time (ctime) is looked at beside it while a server runs, but not kept: a new or a removed link moves it
 * too. The device number is not kept either: it may be another after a restart of the machine.
 *
 * @param inode the file's number in its file system
 * @param size bytes
 * @param modified nanoseconds since 1970
 */
public record FileIdentity(long inode, long size, long modified) {
    /** The identity of a file with this status. */
    public static FileIdentity of(FileStatus status) {
        return new FileIdentity(status.inode(), status.size(), status.modified());
    }
}
