package org.pullboot.oci;

/** What is asked of the names in references and manifests. */
final class Words {
    private static final int SHOWN = 200;

    private Words() {}

    /** At most 200 characters of it without control characters, for a message. */
    static String shown(String text) {
        int end = Math.min(text.length(), SHOWN);
        StringBuilder shown = new StringBuilder(end + 1);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) ? '?' : c);
        }
        return end < text.length() ? shown.append('…').toString() : shown.toString();
    }

    static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    static boolean isWordCharacter(char c) {
        return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
