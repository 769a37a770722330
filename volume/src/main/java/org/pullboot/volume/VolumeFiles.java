package org.pullboot.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file system that volumes are kept in; tests have one of their own that loses power. */
interface VolumeFiles {
    /** Opens a file that is there. */
    VolumeFile open(Path path, boolean writable) throws IOException;

    /** Makes an empty file, in the place of one that is there. */
    VolumeFile create(Path path) throws IOException;

    boolean exists(Path path);

    /** The names of what is in a directory, in no order. */
    List<String> list(Path directory) throws IOException;

    void createDirectory(Path directory) throws IOException;

    /** Gives a file or a directory another name, at once; a file that has it is gone. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file, or a directory with all that is in it; nothing happens when there is none. */
    void delete(Path path) throws IOException;

    /** Makes the names in a directory outlive the machine's power. */
    void syncDirectory(Path directory) throws IOException;
}
