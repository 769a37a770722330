package org.pullboot.pull;

import java.util.Locale;
import java.util.Optional;

/** Truth values as systemd spells them, in any case of letters. */
final class Booleans {
    private Booleans() {}

    static Optional<Boolean> parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "y", "true", "t", "on" -> Optional.of(true);
            case "0", "no", "n", "false", "f", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
