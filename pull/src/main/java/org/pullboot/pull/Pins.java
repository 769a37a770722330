package org.pullboot.pull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pullboot.image.Sha256;

/**
 * The digests that files must have ({@code rd.pullboot.digest=NAME:sha256:HEX}), over their bytes as they are
 * transferred.
 *
 * @param digests by file name
 */
public record Pins(Map<String, Sha256> digests) {
    /** Pins nothing. */
    public static final Pins NONE = new Pins(Map.of());

    private static final String ALGORITHM = ":sha256:";

    /** Copies the map. */
    public Pins {
        digests = Map.copyOf(digests);
    }

    /**
     * The pins of a command line.
     *
     * @throws PullException when one cannot be understood, or two disagree: a pin is never looked over
     */
    public static Pins of(KernelCommandLine line) throws PullException {
        return of(line.values("rd.pullboot.digest"));
    }

    /**
     * The pins that are the values of {@code rd.pullboot.digest=}.
     *
     * @throws PullException when one cannot be understood, or two disagree: a pin is never looked over
     */
    public static Pins of(List<String> values) throws PullException {
        Map<String, Sha256> digests = new HashMap<>();
        for (String value : values) {
            int algorithm = value.lastIndexOf(ALGORITHM);
            if (algorithm <= 0) {
                throw new PullException("rd.pullboot.digest=" + Text.shown(value) + " is no NAME:sha256:HEX");
            }
            String name = value.substring(0, algorithm);
            Sha256 digest = digest(value.substring(algorithm + ALGORITHM.length()), value);
            Sha256 other = digests.put(name, digest);
            if (other != null && !other.equals(digest)) {
                throw new PullException("the boot command line pins two digests for " + Text.shown(name)
                        + ": leave one rd.pullboot.digest= for it");
            }
        }
        return new Pins(digests);
    }

    private static Sha256 digest(String hex, String value) throws PullException {
        try {
            return new Sha256(hex);
        } catch (IllegalArgumentException e) {
            throw new PullException(
                    "rd.pullboot.digest=" + Text.shown(value) + " does not end in 64 lower-case hexadecimal digits", e);
        }
    }

    /** The digest that the file of this name must have. */
    public Optional<Sha256> of(String name) {
        return Optional.ofNullable(digests.get(name));
    }
}
