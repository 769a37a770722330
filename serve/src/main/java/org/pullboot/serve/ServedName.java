package org.pullboot.serve;

import java.util.Locale;
import java.util.regex.Pattern;
import org.pullboot.fleet.Artifact;

/** What the names of files in a served directory say; what they hold is told by their content. */
final class ServedName {
    private static final Pattern TEMPORARY =
            Pattern.compile(".*(~|\\.(tmp|temp|part|partial|new|old|bak|swp|crdownload|lock|aria2))|#.*#");
    // mkosi's configuration lies beside its output when it has no directory of its own, and holds passwords.
    private static final Pattern SECRET = Pattern.compile("mkosi\\..*|.*\\.key");
    private static final Pattern COMPRESSION = Pattern.compile("\\.(zst|xz|gz|bz2)$");
    private static final Pattern IMAGE = Pattern.compile("\\.(raw|tar|img|tgz|qcow2)$");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+@=~-]*");

    private ServedName() {}

    /** Whether a file of this name in a directory is left alone: hidden, half written, or a secret. */
    static boolean skipped(String name) {
        return !Artifact.isName(name)
                || TEMPORARY.matcher(name).matches()
                || SECRET.matcher(name).matches();
    }

    /** Whether it is claimed to be something firmware starts. */
    static boolean efi(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".efi");
    }

    /** The image's name without its kind and compression: the name of its UKI. */
    static String stem(String name) {
        String plain = COMPRESSION.matcher(name).replaceFirst("");
        String stem = IMAGE.matcher(plain).replaceFirst("");
        return stem.isEmpty() ? name : stem;
    }

    /** Whether it can stand in a word of a kernel command line and in a URL as it is. */
    static boolean plainWord(String name) {
        return WORD.matcher(name).matches();
    }
}
