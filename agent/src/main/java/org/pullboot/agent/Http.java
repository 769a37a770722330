package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.pullboot.oci.OciPuller;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.Puller;
import org.pullboot.pull.ServerTrust;

/** How patient the agent is with servers, and which it trusts. */
final class Http {
    private static final Duration EVENT_CONNECT = Duration.ofSeconds(2);
    private static final Duration EVENT_SILENCE = Duration.ofSeconds(3);

    /** Where {@code initrd build --ca} puts certificates. */
    private static final String AUTHORITIES = "etc/pullboot/ca.pem";

    private Http() {}

    /** For images: nobody can boot without. */
    static Puller forImages(Path root, ServerTrust trust) {
        return new Puller(PullOptions.defaults(version(root)), trust);
    }

    /** For images that are made of layers. */
    static OciPuller forContainers(Path root, ServerTrust trust) {
        return new OciPuller(PullOptions.defaults(version(root)), trust);
    }

    /** For what a boot can do without, plan and events: one attempt, soon over. */
    static Puller forEvents(Path root, ServerTrust trust) {
        PullOptions options = PullOptions.defaults(version(root));
        return new Puller(
                new PullOptions(
                        options.version(),
                        EVENT_CONNECT,
                        EVENT_SILENCE,
                        1,
                        options.firstPause(),
                        options.longestPause()),
                trust);
    }

    /**
     * Which servers https is spoken with: what the command line says, else what the initrd was built with.
     *
     * @param root /
     */
    static ServerTrust trust(Path root, BootWords words) throws PullException {
        Path builtIn = root.resolve(AUTHORITIES);
        Path authorities = words.authorities().isPresent()
                ? root.resolve(Path.of("/").relativize(words.authorities().get()))
                : Files.exists(builtIn) ? builtIn : null;
        return authorities == null && words.serverKeys().isEmpty()
                ? ServerTrust.USUAL
                : ServerTrust.read(authorities, words.serverKeys());
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
