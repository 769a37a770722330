package org.pullboot.generator;

/** The text of a unit file (systemd.unit(5), systemd.syntax(7)), with every value written so that systemd reads what is meant. */
final class UnitText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder text = new StringBuilder("# Made by pullboot generator\n");

    UnitText section(String name) {
        text.append("\n[").append(name).append("]\n");
        return this;
    }

    /** A setting whose value has nothing in it that systemd would change. */
    UnitText set(String key, String value) {
        text.append(key).append('=').append(value).append('\n');
        return this;
    }

    /** A setting for people: what could be a specifier or end the line is percent-encoded or doubled. */
    UnitText describe(String key, String value) {
        text.append(key).append('=');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '%' -> text.append("%%");
                case '\\' -> text.append("%%5C");
                default -> text.append(isControl(c) ? '?' : c);
            }
        }
        text.append('\n');
        return this;
    }

    /**
     * A path that is not unquoted when it is read, such as that of a condition. Left out when it could not be written:
     * a backslash or a blank at the end of a line does not survive.
     */
    UnitText setPath(String key, String prefix, String path) {
        char last = path.charAt(path.length() - 1);
        if (last != '\\' && last != ' ') {
            set(key, prefix + path.replace("%", "%%"));
        }
        return this;
    }

    /**
     * A command that is run as it is, without a shell: no variable and no specifier is expanded in its words.
     *
     * @param program an absolute path of plain characters
     */
    UnitText command(String key, String program, String... words) {
        text.append(key).append("=:").append(program);
        for (String word : words) {
            text.append(' ');
            quote(word);
        }
        text.append('\n');
        return this;
    }

    /** As systemd.syntax(7) "Quoting" takes it back. */
    private void quote(String word) {
        text.append('"');
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '%' -> text.append("%%");
                default -> {
                    if (isControl(c)) {
                        text.append("\\x").append(HEX[c >> 4]).append(HEX[c & 0xf]);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean isControl(char c) {
        return c < ' ' || c == 0x7f;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
