package org.pullboot.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.pullboot.image.Sha256;

/**
 * The name of a generation, made from its content: the same content has the same id on every server.
 *
 * @param hex exactly 16 of 0-9a-f
 */
public record GenerationId(String hex) {
    private static final int DIGITS = 16;

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException when {@code hex} is not 16 lower-case hexadecimal digits
     */
    public GenerationId {
        if (!isId(hex)) {
            throw new IllegalArgumentException(
                    "a generation id is " + DIGITS + " lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    /** Whether these are the digits of an id; text from the network is asked about here first. */
    public static boolean isId(String text) {
        return text.length() == DIGITS && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /**
     * The id of a generation: the first 16 digits of the SHA-256 over its lines {@code NAME SHA256}, sorted by name, and
     * its build inputs.
     *
     * @param digests of the files it was made from, by name; what the server makes of them is not among them, since a
     *     UKI carries this id
     * @param inputs what else decides what is built: kernel, stub, command line; empty when nothing is
     */
    public static GenerationId of(Map<String, Sha256> digests, String inputs) {
        MessageDigest digester = Sha256.digester();
        new TreeMap<>(digests)
                .forEach((name, digest) ->
                        digester.update((name + " " + digest.hex() + "\n").getBytes(StandardCharsets.UTF_8)));
        digester.update(inputs.getBytes(StandardCharsets.UTF_8));
        return new GenerationId(Sha256.of(digester.digest()).hex().substring(0, DIGITS));
    }

    @Override
    public String toString() {
        return hex;
    }
}
