package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long ago the kernel started. Immutable. */
final class Uptime {
    private final long offsetMillis;

    private Uptime(long offsetMillis) {
        this.offsetMillis = offsetMillis;
    }

    /**
     * Asks the kernel once; from then on the runtime's clock counts.
     *
     * @param file /proc/uptime, or a file in its place
     */
    static Uptime read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        long hundredths = 0;
        for (int i = 0; i < text.length() && i < 15 && text.charAt(i) != ' '; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                hundredths = hundredths * 10 + (c - '0');
            }
        }
        return new Uptime(hundredths * 10 - now());
    }

    /** One that counts from now, for when the kernel does not tell. */
    static Uptime fromNow() {
        return new Uptime(-now());
    }

    /** Milliseconds since the kernel started. */
    long millis() {
        return offsetMillis + now();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
