package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of file names with their SHA-256 digests, as sha256sum(1) writes it and {@code SHA256SUMS} files hold it.
 *
 * <p>A line counts when it is {@code HEX *NAME}, {@code HEX  NAME} (two blanks) or {@code HEX NAME} with lower-case
 * digits and ends with a newline. All other lines (comments, a signature around the list) mean nothing. Immutable.
 */
public final class Sha256Sums {
    /** The longest list that is read. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int HEX_DIGITS = 64;

    private record Line(String name, Sha256 digest) {}

    private final List<Line> lines;

    private Sha256Sums(List<Line> lines) {
        this.lines = lines;
    }

    /**
     * Reads a list.
     *
     * @param payload the whole file, UTF-8
     * @throws ImageException when it is longer than {@link #MAX_BYTES}
     */
    public static Sha256Sums parse(byte[] payload) throws ImageException {
        if (payload.length > MAX_BYTES) {
            throw new ImageException("expected a checksum list of at most " + MAX_BYTES + " bytes, but it has "
                    + payload.length + ": is it the image itself?");
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            if (end - start > HEX_DIGITS + 1 && text.charAt(start + HEX_DIGITS) == ' ' && hasDigits(text, start)) {
                Sha256 digest = new Sha256(text.substring(start, start + HEX_DIGITS));
                String rest = text.substring(start + HEX_DIGITS + 1, end);
                if (rest.length() > 1 && (rest.charAt(0) == ' ' || rest.charAt(0) == '*')) {
                    lines.add(new Line(rest.substring(1), digest));
                }
                lines.add(new Line(rest, digest));
            }
            start = end + 1;
        }
        return new Sha256Sums(List.copyOf(lines));
    }

    private static boolean hasDigits(String text, int start) {
        for (int i = start; i < start + HEX_DIGITS; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The first digest that the list has for a file name, which is compared exactly. */
    public Optional<Sha256> find(String name) {
        for (Line line : lines) {
            if (line.name.equals(name)) {
                return Optional.of(line.digest);
            }
        }
        return Optional.empty();
    }

    /** Whether the list vouches for this digest of a file; a list may have several digests for one name. */
    public boolean vouchesFor(String name, Sha256 digest) {
        for (Line line : lines) {
            if (line.name.equals(name) && line.digest.equals(digest)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The line for a file, as sha256sum(1) and systemd read it, with its newline.
     *
     * @throws IllegalArgumentException when the name is empty or has a newline or a backslash, which such lists cannot
     *     hold plainly
     */
    public static String line(String name, Sha256 digest) {
        if (name.isEmpty() || name.indexOf('\n') >= 0 || name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException(
                    "a checksum list cannot hold the file name '" + name + "': rename the file");
        }
        return digest.hex() + "  " + name + "\n";
    }
}
