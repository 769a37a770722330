package org.pullboot.pull;

/** Text from outside, made fit for a message; and what systemd and PROTOCOL.md say about characters. */
public final class Text {
    private static final int SHOWN = 200;

    private Text() {}

    /** At most 200 characters of it, with control characters replaced: a message stays one line on a console. */
    public static String shown(String text) {
        int end = Math.min(text.length(), SHOWN);
        StringBuilder shown = new StringBuilder(end + 1);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || (c >= 0x7f && c < 0xa0) ? '?' : c);
        }
        return end < text.length() ? shown.append('…').toString() : shown.toString();
    }

    /** Whether it is one to {@code limit} of {@code A-Za-z0-9_-.}, and neither {@code .} nor {@code ..}. */
    static boolean isIdentifier(String text, int limit) {
        if (text.isEmpty() || text.length() > limit || text.equals(".") || text.equals("..")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    static boolean isPrintableAscii(char c) {
        return c > ' ' && c < 0x7f;
    }
}
