package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.Puller;

/** How patient the agent is with servers. */
final class Http {
    private static final Duration EVENT_CONNECT = Duration.ofSeconds(2);
    private static final Duration EVENT_SILENCE = Duration.ofSeconds(3);

    private Http() {}

    /** For images: nobody can boot without. */
    static Puller forImages(Path root) {
        return new Puller(PullOptions.defaults(version(root)));
    }

    /** For what a boot can do without, plan and events: one attempt, soon over. */
    static Puller forEvents(Path root) {
        PullOptions options = PullOptions.defaults(version(root));
        return new Puller(new PullOptions(
                options.version(), EVENT_CONNECT, EVENT_SILENCE, 1, options.firstPause(), options.longestPause()));
    }

    /** The initrd's builder writes down which Pullboot made it. */
    private static String version(Path root) {
        Path file = root.resolve("etc/pullboot/version");
        try {
            return Files.exists(file)
                    ? Files.readString(file, StandardCharsets.US_ASCII).strip()
                    : "0";
        } catch (IOException unreadable) {
            return "0";
        }
    }
}
