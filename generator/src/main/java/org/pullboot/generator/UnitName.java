package org.pullboot.generator;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The names of units that are made for paths (systemd.unit(5), "String escaping for inclusion in unit names"). */
final class UnitName {
    /** The longest name that systemd loads. */
    private static final int LIMIT = 255;

    private static final String PLAIN = ":_.";
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private UnitName() {}

    /**
     * The instance of a template for a path.
     *
     * @param template such as {@code systemd-import@}
     * @param path absolute and normal
     * @param suffix such as {@code .service}
     * @throws GeneratorException when systemd could not load a unit of that name
     */
    static String of(String template, Path path, String suffix) throws GeneratorException {
        String name = template + escape(path.toString()) + suffix;
        if (name.length() > LIMIT) {
            throw new GeneratorException("no unit can be made for '" + path + "': its name would have " + name.length()
                    + " characters, and systemd takes " + LIMIT + "; choose a shorter local name");
        }
        return name;
    }

    /** A path, without its first slash, in characters that unit names can have. */
    private static String escape(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        StringBuilder escaped = new StringBuilder(bytes.length + 16);
        for (int i = 1; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (c == '/') {
                escaped.append('-');
            } else if (isPlain(c) && (c != '.' || i > 1)) {
                escaped.append(c);
            } else {
                escaped.append("\\x").append(HEX[c >> 4]).append(HEX[c & 0xf]);
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
    }
}
