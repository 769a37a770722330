package org.pullboot.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredOutputStream;

/**
 * OpenPGP data as text (RFC 9580 §6.2). The checksum at its end is not looked at, as that RFC wants it: signatures find
 * every change.
 */
final class Armor {
    static final String SIGNED_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----";
    static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";

    private static final String BEGIN = "-----BEGIN PGP ";
    private static final String END = "-----END PGP ";
    private static final String BLANKS = " \t\r";
    private static final int HIGH_BIT = 0x80;

    private Armor() {}

    /**
     * What a file holds, without its armour if it has one; several blocks are put together.
     *
     * @throws OpenPgpException when it is neither OpenPGP data nor armour around such
     */
    static byte[] remove(byte[] file) throws OpenPgpException {
        if (file.length > 0 && (file[0] & HIGH_BIT) != 0) {
            return file;
        }
        return decode(lines(file));
    }

    /** Packets as text; what they are says the first one. */
    static byte[] add(byte[] packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArmoredOutputStream armored =
                ArmoredOutputStream.builder().clearHeaders().enableCRC(true).build(out)) {
            armored.write(packets);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return out.toByteArray();
    }

    /** The lines of a text, which line feeds end, without blanks at their ends; every byte is one character. */
    static List<String> lines(byte[] file) {
        List<String> lines = new ArrayList<>();
        String text = new String(file, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < text.length(); ) {
            int feed = text.indexOf('\n', at);
            int next = feed < 0 ? text.length() : feed;
            int end = next;
            while (end > at && BLANKS.indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            lines.add(text.substring(at, end));
            at = next + 1;
        }
        return lines;
    }

    static byte[] decode(List<String> lines) throws OpenPgpException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            while (at < lines.size() && !lines.get(at).startsWith(BEGIN)) {
                at++;
            }
            if (at == lines.size()) {
                break;
            }
            int end = at;
            while (end < lines.size() && !lines.get(end).startsWith(END)) {
                end++;
            }
            if (end == lines.size()) {
                throw new OpenPgpException("it is cut short: its armour has no end line");
            }
            all.writeBytes(base64(lines.subList(at + 1, end)));
            at = end + 1;
        }
        if (all.size() == 0) {
            throw new OpenPgpException("it is no OpenPGP data, neither binary nor armoured");
        }
        return all.toByteArray();
    }

    private static byte[] base64(List<String> lines) throws OpenPgpException {
        List<String> stripped = lines.stream().map(String::strip).toList();
        // Headers end with an empty line; some tools leave it out where there are no headers.
        int from = stripped.indexOf("") + 1;
        List<String> data = new ArrayList<>();
        for (String line : stripped.subList(from, stripped.size())) {
            if (!line.startsWith("=")) {
                data.add(line);
            }
        }
        try {
            return Base64.getDecoder().decode(String.join("", data));
        } catch (IllegalArgumentException e) {
            throw new OpenPgpException("its armour is damaged: " + e.getMessage(), e);
        }
    }
}
