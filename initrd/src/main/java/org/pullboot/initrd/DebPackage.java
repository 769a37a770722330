package org.pullboot.initrd;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.image.DecompressedInputStream;

/** A Debian binary package, deb(5): an ar(5) archive with the files in a compressed tar member {@code data.tar*}. */
final class DebPackage {
    private static final String MAGIC = "!<arch>\n";
    private static final int HEADER_BYTES = 60;
    private static final int NAME_BYTES = 16;
    private static final int SIZE_AT = 48;
    private static final int SIZE_BYTES = 10;
    private static final int END_AT = 58;
    private static final String END = "`\n";
    private static final int MAX_MEMBERS = 64;

    private DebPackage() {}

    /**
     * Opens the tar archive of the package's files.
     *
     * @throws InitrdException when the file is no Debian package or is cut short
     */
    static InputStream files(Path deb) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(deb));
        try {
            return DecompressedInputStream.of(data(in, deb.toString()));
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /**
     * Goes on to the member with the files.
     *
     * @param name of the package, for messages
     * @return its content, still compressed
     */
    static InputStream data(InputStream in, String name) throws IOException {
        if (!text(in.readNBytes(MAGIC.length())).equals(MAGIC)) {
            throw new InitrdException("'" + name + "' is no Debian package: it does not begin as an ar archive does");
        }
        for (int member = 0; member < MAX_MEMBERS; member++) {
            String header = text(in.readNBytes(HEADER_BYTES));
            if (header.length() != HEADER_BYTES || !header.startsWith(END, END_AT)) {
                break;
            }
            String file = header.substring(0, NAME_BYTES).strip().replace("/", "");
            long size = size(header.substring(SIZE_AT, SIZE_AT + SIZE_BYTES).strip(), name);
            if (file.equals("data.tar") || file.startsWith("data.tar.")) {
                return new Member(in, size);
            }
            in.skipNBytes(size + (size & 1));
        }
        throw new InitrdException(
                "'" + name + "' is a damaged Debian package: its member data.tar is missing, get it again");
    }

    private static long size(String digits, String name) throws InitrdException {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new InitrdException("'" + name + "' is a damaged Debian package: '" + digits + "' is no size");
        }
        return Long.parseLong(digits);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The bytes of one member; closing it closes the archive. */
    private static final class Member extends FilterInputStream {
        private long left;

        Member(InputStream archive, long size) {
            super(archive);
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(left, length));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(Math.min(left, count));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
