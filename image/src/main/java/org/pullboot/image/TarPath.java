package org.pullboot.image;

import java.util.Arrays;

/**
 * Where an entry belongs, relative to the destination: names with single slashes between them, none of them "." or "..";
 * empty for the destination itself.
 */
final class TarPath {
    private final byte[] bytes;

    private TarPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a path as an archive has it.
     *
     * @param what what the path is for, as in "the entry"
     * @throws ImageException when it is absolute or goes upwards
     */
    static TarPath of(byte[] raw, String what) throws ImageException {
        if (raw.length > 0 && raw[0] == '/') {
            throw new ImageException(what + " '" + TarEntry.text(raw)
                    + "' has an absolute path, which would leave the destination: the archive is refused");
        }
        byte[] plain = new byte[raw.length];
        int length = 0;
        int start = 0;
        while (start < raw.length) {
            int end = start;
            while (end < raw.length && raw[end] != '/') {
                end++;
            }
            int name = end - start;
            boolean here = name == 1 && raw[start] == '.';
            if (name == 2 && raw[start] == '.' && raw[start + 1] == '.') {
                throw new ImageException(what + " '" + TarEntry.text(raw)
                        + "' goes upwards, which would leave the destination: the archive is refused");
            }
            if (name > 0 && !here) {
                if (length > 0) {
                    plain[length] = '/';
                    length++;
                }
                System.arraycopy(raw, start, plain, length, name);
                length += name;
            }
            start = end + 1;
        }
        return new TarPath(length == raw.length ? raw : Arrays.copyOf(plain, length));
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The last name. */
    byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    /** All before the last name. */
    TarPath parent() {
        return new TarPath(Arrays.copyOf(bytes, Math.max(0, lastSlash())));
    }

    /** The first names, up to the one that has the byte before {@code end} in it. */
    TarPath upTo(int end) {
        return new TarPath(Arrays.copyOf(bytes, end));
    }

    /** Where the name that begins at {@code start} ends. */
    int endOfName(int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '/') {
            end++;
        }
        return end;
    }

    private int lastSlash() {
        int at = bytes.length - 1;
        while (at >= 0 && bytes[at] != '/') {
            at--;
        }
        return at;
    }

    /** Two paths with a slash between them, as they are. */
    static byte[] joined(byte[] parent, byte[] name) {
        byte[] path = Arrays.copyOf(parent, parent.length + 1 + name.length);
        path[parent.length] = '/';
        System.arraycopy(name, 0, path, parent.length + 1, name.length);
        return path;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TarPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return TarEntry.text(bytes);
    }
}
