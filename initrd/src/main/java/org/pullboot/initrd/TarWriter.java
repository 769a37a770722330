package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes a tree as a POSIX.1-1988 "ustar" archive: owner root, time 0, in path order. Not thread-safe.
 */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_BYTES = 155;
    private static final long MAX_FILE_BYTES = 077777777777L;

    private final OutputStream out;
    private long written;

    private TarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a whole archive with its end; the stream stays open.
     *
     * @return how many bytes it has
     */
    static long write(FileTree tree, OutputStream out) throws IOException {
        TarWriter writer = new TarWriter(out);
        for (Map.Entry<String, FileTree.Node> entry : tree.nodes().entrySet()) {
            writer.node(entry.getKey(), entry.getValue());
        }
        writer.write(new byte[2 * BLOCK]);
        return writer.written;
    }

    private void node(String path, FileTree.Node node) throws IOException {
        switch (node) {
            case FileTree.Directory _ -> header(path + "/", '5', 0755, 0, "");
            case FileTree.Symlink(String target) -> header(path, '2', 0777, 0, target);
            case FileTree.RegularFile(FileTree.Content content, boolean executable) -> {
                long size = content.size();
                header(path, '0', executable ? 0755 : 0644, size, "");
                try (InputStream in = content.open()) {
                    long copied = in.transferTo(out);
                    written += copied;
                    if (copied != size) {
                        throw new InitrdException("'" + path + "' had " + size + " bytes and gave " + copied
                                + ": it changed while it was read, so build again");
                    }
                }
                write(new byte[(int) (-written & (BLOCK - 1))]);
            }
        }
    }

    private void header(String path, char type, int mode, long size, String target) throws IOException {
        byte[] header = new byte[BLOCK];
        int split = path.length() <= NAME_BYTES ? -1 : path.indexOf('/', path.length() - NAME_BYTES - 1);
        if (size > MAX_FILE_BYTES
                || target.length() > NAME_BYTES
                || split > PREFIX_BYTES
                || (path.length() > NAME_BYTES && split < 0)) {
            throw new InitrdException("'" + path + "' does not fit into a tar archive: its name or size is too large");
        }
        text(header, 0, path.substring(split + 1));
        octal(header, 100, 8, mode);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, size);
        octal(header, 136, 12, 0);
        header[156] = (byte) type;
        text(header, 157, target);
        text(header, 257, "ustar");
        text(header, 263, "00");
        text(header, 345, path.substring(0, Math.max(split, 0)));
        text(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += Byte.toUnsignedInt(b);
        }
        octal(header, 148, 7, sum);
        write(header);
    }

    private static void text(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Digits to the width but one, then a NUL. */
    private static void octal(byte[] header, int at, int width, long value) {
        String digits = Long.toOctalString(value);
        text(header, at, "0".repeat(width - 1 - digits.length()) + digits + "\0");
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }
}
