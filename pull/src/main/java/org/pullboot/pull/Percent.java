package org.pullboot.pull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of UTF-8, as events and queries have it. */
final class Percent {
    private static final String DIGITS = "0123456789ABCDEF";

    private Percent() {}

    /** Everything but printable ASCII is encoded, and of that {@code % & + # =} too, so that it fits into queries. */
    static void encode(String value, StringBuilder out) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (Text.isPrintableAscii(c) && "%&+#=".indexOf(c) < 0) {
                out.append(c);
            } else {
                escape(b, out);
            }
        }
    }

    /** Encodes a character, whatever it is. */
    static void encode(char c, StringBuilder out) {
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
            escape(b, out);
        }
    }

    private static void escape(byte b, StringBuilder out) {
        out.append('%').append(DIGITS.charAt((b >> 4) & 0xf)).append(DIGITS.charAt(b & 0xf));
    }

    /**
     * The text that was encoded; bytes that are no UTF-8 become U+FFFD.
     *
     * @throws PullException when a percent sign is not followed by two hexadecimal digits
     */
    static String decode(String value) throws PullException {
        if (value.indexOf('%') < 0) {
            return value;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < value.length();
                int high = whole ? Character.digit(value.charAt(i + 1), 16) : -1;
                int low = whole ? Character.digit(value.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new PullException(
                            "a percent sign without two hexadecimal digits in '" + Text.shown(value) + "'");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
