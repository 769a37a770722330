package org.pullboot.oci;

/** What is asked of the names in references and manifests. */
final class Words {
    private Words() {}

    static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    static boolean isWordCharacter(char c) {
        return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
