package org.pullboot.pull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Texts that have their signature below them, in one file (RFC 9580, section 7). */
final class ClearSigned {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";

    private ClearSigned() {}

    /**
     * The text of such a file, with dashes unescaped and without blanks at the ends of lines, each of which ends with a line
     * feed. Whether the signature is good is not looked at.
     *
     * @return nothing when the file is none
     * @throws PullException when it begins as one, but is none
     */
    static Optional<byte[]> text(byte[] file) throws PullException {
        // Bytes as characters: the text may be in any encoding, and comes out as it went in.
        String all = new String(file, StandardCharsets.ISO_8859_1);
        if (!all.startsWith(BEGIN)) {
            return Optional.empty();
        }
        int end = all.indexOf("\n" + SIGNATURE);
        if (end < 0) {
            throw damaged("it has no signature");
        }
        List<String> lines = Arrays.asList(all.substring(0, end).split("\n", -1));
        int body = 1;
        for (; body < lines.size() && !isBlank(lines.get(body)); body++) {
            if (!lines.get(body).startsWith("Hash: ")) {
                throw damaged("its header has another line than Hash");
            }
        }
        if (!isBlank(lines.getFirst().substring(BEGIN.length())) || body == lines.size()) {
            throw damaged("no empty line is between its header and its text");
        }
        StringBuilder text = new StringBuilder();
        for (String line : lines.subList(body + 1, lines.size())) {
            if (line.startsWith("-") && !line.startsWith("- ")) {
                throw damaged("a line of its text begins with an unescaped dash");
            }
            text.append(withoutBlanksAtEnd(line.startsWith("- ") ? line.substring(2) : line))
                    .append('\n');
        }
        return Optional.of(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean isBlank(String line) {
        return withoutBlanksAtEnd(line).isEmpty();
    }

    private static String withoutBlanksAtEnd(String line) {
        int end = line.length();
        while (end > 0 && " \t\r".indexOf(line.charAt(end - 1)) >= 0) {
            end--;
        }
        return line.substring(0, end);
    }

    private static PullException damaged(String how) {
        return new PullException("the signed text cannot be understood: " + how);
    }
}
