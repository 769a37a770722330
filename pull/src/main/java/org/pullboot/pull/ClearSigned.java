package org.pullboot.pull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A cleartext-signed message (RFC 9580, section 7): a text, and the armored signature behind it, in one file.
 * Immutable.
 */
final class ClearSigned {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";

    private final byte[] text;
    private final byte[] signature;

    private ClearSigned(byte[] text, byte[] signature) {
        this.text = text;
        this.signature = signature;
    }

    /**
     * Takes a file apart.
     *
     * @param file the whole file, which begins with the message
     * @return nothing when it is no such message
     * @throws PullException when it begins as one, but is none
     */
    static Optional<ClearSigned> parse(byte[] file) throws PullException {
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
        List<String> text = new ArrayList<>();
        for (String line : lines.subList(body + 1, lines.size())) {
            if (line.startsWith("-") && !line.startsWith("- ")) {
                throw damaged("a line of its text begins with an unescaped dash");
            }
            text.add(withoutBlanksAtEnd(line.startsWith("- ") ? line.substring(2) : line));
        }
        return Optional.of(new ClearSigned(bytes(String.join("\r\n", text)), bytes(all.substring(end + 1))));
    }

    /**
     * What is signed: the lines with dashes unescaped and without blanks at their ends, CR LF between them, none after the
     * last.
     */
    byte[] text() {
        return text.clone();
    }

    /** The armored signature. */
    byte[] signature() {
        return signature.clone();
    }

    /** The text as lines that end with a newline, as lists of checksums want it. */
    byte[] lines() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(text.length + 1);
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\r' || i + 1 == text.length || text[i + 1] != '\n') {
                lines.write(text[i]);
            }
        }
        lines.write('\n');
        return lines.toByteArray();
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static PullException damaged(String how) {
        return new PullException("the signed text cannot be understood: " + how);
    }
}
