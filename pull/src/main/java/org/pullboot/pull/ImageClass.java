package org.pullboot.pull;

import java.nio.file.Path;

/** What an image is for; it decides the directory that images of its class are in (systemd-import-generator(8)). */
public enum ImageClass {
    /** An operating system. */
    MACHINE("machine", "/var/lib/machines", "/run/machines"),
    /** A portable service. */
    PORTABLE("portable", "/var/lib/portables", "/run/portables"),
    /** A system extension, over {@code /usr} and {@code /opt}. */
    SYSEXT("sysext", "/var/lib/extensions", "/run/extensions"),
    /** A configuration extension, over {@code /etc}. */
    CONFEXT("confext", "/var/lib/confexts", "/run/confexts");

    private final String word;
    private final String persistent;
    private final String runtime;

    ImageClass(String word, String persistent, String runtime) {
        this.word = word;
        this.persistent = persistent;
        this.runtime = runtime;
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
        return Path.of(untilShutdown ? runtime : persistent);
    }
}
