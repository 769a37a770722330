package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * Writes the "newc" cpio format as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * <p>The same tree always gives the same bytes: nodes in path order, inode numbers counted up from 1, owner root, time 0.
 * Not thread-safe.
 */
final class CpioWriter {
    private static final int HEADER_BYTES = 110;
    private static final int DIRECTORY = 0040755;
    private static final int FILE = 0100644;
    private static final int EXECUTABLE = 0100755;
    private static final int SYMLINK = 0120777;
    private static final long MAX_FILE_BYTES = 0xFFFF_FFFFL;

    private final OutputStream out;
    private long written;
    private int inode;

    private CpioWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a whole archive with its trailer; the stream stays open.
     *
     * @return how many bytes it has, a multiple of 4
     */
    static long write(FileTree tree, OutputStream out) throws IOException {
        CpioWriter writer = new CpioWriter(out);
        for (Map.Entry<String, FileTree.Node> entry : tree.nodes().entrySet()) {
            writer.node(entry.getKey(), entry.getValue());
        }
        writer.inode = -1;
        writer.header("TRAILER!!!", 0, 1, 0);
        return writer.written;
    }

    private void node(String path, FileTree.Node node) throws IOException {
        switch (node) {
            case FileTree.Directory _ -> header(path, DIRECTORY, 2, 0);
            case FileTree.Symlink(String target) -> {
                byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
                header(path, SYMLINK, 1, bytes.length);
                write(bytes);
                align();
            }
            case FileTree.RegularFile(FileTree.Content content, boolean executable) ->
                file(path, content, executable ? EXECUTABLE : FILE);
        }
    }

    private void file(String path, FileTree.Content content, int mode) throws IOException {
        long size = content.size();
        if (size > MAX_FILE_BYTES) {
            throw new InitrdException(
                    "'" + path + "' has " + size + " bytes, and a file in a cpio archive has less than 4 GiB");
        }
        header(path, mode, 1, size);
        try (InputStream in = content.open()) {
            long copied = in.transferTo(out);
            written += copied;
            if (copied != size) {
                throw new InitrdException("'" + path + "' had " + size + " bytes and gave " + copied
                        + ": it changed while it was read, so build again");
            }
        }
        align();
    }

    private void header(String path, int mode, int links, long size) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        inode++;
        StringBuilder header = new StringBuilder(HEADER_BYTES).append("070701");
        long[] fields = {inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name.length + 1L, 0};
        HexFormat hex = HexFormat.of().withUpperCase();
        for (long field : fields) {
            header.append(hex.toHexDigits(field, 8));
        }
        write(header.toString().getBytes(StandardCharsets.US_ASCII));
        write(name);
        write(new byte[1]);
        align();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    private void align() throws IOException {
        write(new byte[(int) (-written & 3)]);
    }
}
