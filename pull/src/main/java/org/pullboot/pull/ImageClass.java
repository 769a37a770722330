package org.pullboot.pull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an image is for; it decides the directory that images of its class are in (systemd-import-generator(8)). */
public enum ImageClass {
    /** An operating system. */
    MACHINE("machine", "machines", "/etc:/run:/var/lib:/usr/local/lib:/usr/lib"),
    /** A portable service. */
    PORTABLE("portable", "portables", "/etc:/run:/var/lib:/usr/local/lib:/usr/lib"),
    /** A system extension, over {@code /usr} and {@code /opt}. */
    SYSEXT("sysext", "extensions", "/etc:/run:/var/lib"),
    /** A configuration extension, over {@code /etc}. */
    CONFEXT("confext", "confexts", "/run:/var/lib:/usr/local/lib:/usr/lib");

    private final String word;
    private final String directory;
    private final String places;

    ImageClass(String word, String directory, String places) {
        this.word = word;
        this.directory = directory;
        this.places = places;
    }

    /** The word in a pull expression. */
    public String word() {
        return word;
    }

    /**
     * Where images of this class are.
     *
     * @param untilShutdown whether the image lives in memory until the next boot
     */
    public Path directory(boolean untilShutdown) {
        return Path.of(untilShutdown ? "/run" : "/var/lib", directory);
    }

    /** All directories in which systemd looks for images of this class. */
    public List<Path> searchPath() {
        List<Path> path = new ArrayList<>();
        for (String place : places.split(":", -1)) {
            path.add(Path.of(place, directory));
        }
        return List.copyOf(path);
    }
}
