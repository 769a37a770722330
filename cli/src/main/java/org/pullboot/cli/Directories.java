package org.pullboot.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where Pullboot keeps things, by the XDG base directory specification. */
final class Directories {
    private Directories() {}

    /** What can be made again: {@code $XDG_CACHE_HOME/pullboot}. */
    static Path cache(Map<String, String> environment, String home) {
        return base(environment, "XDG_CACHE_HOME", Path.of(home, ".cache")).resolve("pullboot");
    }

    /** What must not be lost: {@code /var/lib/pullboot} for root, else {@code $XDG_STATE_HOME/pullboot}. */
    static Path state(Map<String, String> environment, String home, String user) {
        if ("root".equals(user)) {
            return Path.of("/var/lib/pullboot");
        }
        return base(environment, "XDG_STATE_HOME", Path.of(home, ".local", "state"))
                .resolve("pullboot");
    }

    private static Path base(Map<String, String> environment, String variable, Path fallback) {
        String value = environment.getOrDefault(variable, "");
        // The specification: a relative path there is to be ignored.
        return value.startsWith("/") ? Path.of(value) : fallback;
    }
}
