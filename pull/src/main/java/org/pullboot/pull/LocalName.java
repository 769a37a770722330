package org.pullboot.pull;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The names that images have on this machine, and how one follows from a URL. */
final class LocalName {
    private static final int LIMIT = 255;
    private static final String[] RAW_SUFFIXES = {
        ".xz", ".gz", ".bz2", ".zst", ".sysext.raw", ".confext.raw", ".raw", ".qcow2", ".img", ".bin"
    };
    private static final String[] TAR_SUFFIXES = {".tar", ".tar.xz", ".tar.gz", ".tar.bz2", ".tar.zst", ".tgz"};

    private LocalName() {}

    /** Whether it is a file name of at most 255 bytes, without control characters, and none of systemd's temporary ones. */
    static boolean isValid(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.startsWith(".#")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c < ' ' || c == 0x7f || c == '\ufffd') {
                return false;
            }
        }
        try {
            return StandardCharsets.UTF_8
                            .newEncoder()
                            .encode(java.nio.CharBuffer.wrap(name))
                            .remaining()
                    <= LIMIT;
        } catch (CharacterCodingException halfACharacter) {
            return false;
        }
    }

    /** A file name without the suffixes of its type; may become empty. */
    static String derive(String fileName, PullType type) {
        return switch (type) {
            case RAW -> {
                String name = fileName;
                for (String next = cut(name, RAW_SUFFIXES); !next.equals(name); next = cut(name, RAW_SUFFIXES)) {
                    name = next;
                }
                yield name;
            }
            case TAR -> cut(fileName, TAR_SUFFIXES);
            case OCI -> withoutTag(fileName);
        };
    }

    /** The last name of an image reference, "debian" of "docker.io/library/debian:13@sha256:…". */
    static String ofReference(String reference) {
        int digest = reference.indexOf('@', reference.lastIndexOf('/') + 1);
        String plain = digest < 0 ? reference : reference.substring(0, digest);
        int end = plain.length();
        while (end > 0 && plain.charAt(end - 1) == '/') {
            end--;
        }
        return withoutTag(plain.substring(plain.lastIndexOf('/', end - 1) + 1, end));
    }

    private static String withoutTag(String name) {
        int end = name.indexOf(':');
        return cut(end < 0 ? name : name.substring(0, end), TAR_SUFFIXES);
    }

    private static String cut(String name, String[] suffixes) {
        for (String suffix : suffixes) {
            if (name.endsWith(suffix)) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }
}
