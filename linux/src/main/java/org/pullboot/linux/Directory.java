package org.pullboot.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An open directory. */
public final class Directory implements AutoCloseable {
    private final byte[] name;

    private Directory(byte[] name) {
        this.name = name;
    }

    /**
     * Opens a directory.
     *
     * @throws LinuxException when there is none, or it may not be opened
     */
    public static Directory open(Path path) throws LinuxException {
        return new Directory(path.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {}
}
