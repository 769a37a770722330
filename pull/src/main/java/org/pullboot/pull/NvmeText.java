package org.pullboot.pull;

/**
 * The texts that an NVMe/TCP connection is made from. Linux takes all of them in one line with commas between, so that
 * none may have what ends or parts it.
 */
final class NvmeText {
    static final int DEFAULT_PORT = 4420;
    private static final int LONGEST_NQN = 223;
    private static final int LONGEST_ADDRESS = 255;
    private static final int LONGEST_SECRET = 160;
    private static final int UUID_LENGTH = 36;
    private static final int HIGHEST_PORT = 65_535;

    private NvmeText() {}

    /** Whether it is an NVMe Qualified Name, as far as its form goes (NVM Express Base 2.0, section 4.5). */
    static boolean isNqn(String text) {
        if (!text.startsWith("nqn.") || text.length() == 4 || text.length() > LONGEST_NQN) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Text.isPrintableAscii(c) || c == ',' || c == '"' || c == '\'' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** Whether it can be an IP address, without brackets, or a host name. */
    static boolean isAddress(String text) {
        if (text.isEmpty() || text.length() > LONGEST_ADDRESS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && ".:%-_".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is a UUID in its usual form. */
    static boolean isUuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    /** Whether it has the form of a secret of DH-HMAC-CHAP, {@code DHHC-1:HH:BASE64:}. */
    static boolean isSecret(String text) {
        if (!text.startsWith("DHHC-1:") || text.length() > LONGEST_SECRET || !text.endsWith(":")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && ":+/=-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The TCP port that a text is, or -1. */
    static int port(String text) {
        long port = Numbers.parse(text);
        return port < 1 || port > HIGHEST_PORT ? -1 : (int) port;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
