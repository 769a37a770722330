package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What goes into a section: bytes in memory, or files that are copied without passing through it. */
sealed interface SectionContent {
    /** How many bytes it has. */
    long size();

    /**
     * Writes it at the channel's position.
     *
     * @throws IOException when that fails, or a file is shorter than it was
     */
    void writeTo(FileChannel target) throws IOException;

    static SectionContent of(byte[] bytes) {
        return new Memory(bytes.clone());
    }

    static SectionContent of(String text) {
        return new Memory(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One file, or several of which each is padded with zeros to four bytes, as the kernel wants initrds. */
    static SectionContent ofFiles(List<Path> files) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (Path file : files) {
            long size = Files.size(file);
            int padding = files.size() == 1 ? 0 : (int) (-size & 3);
            pieces.add(new Piece(file, size, padding));
        }
        return new FilePieces(pieces);
    }

    /** Bytes in memory. */
    final class Memory implements SectionContent {
        private final byte[] bytes;

        private Memory(byte[] bytes) {
            this.bytes = bytes;
        }

        void copyTo(byte[] target, int at) {
            System.arraycopy(bytes, 0, target, at, bytes.length);
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void writeTo(FileChannel target) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        }
    }

    /** A file's bytes and the zeros behind them. */
    record Piece(Path file, long size, int padding) {}

    /** Files one after the other. */
    record FilePieces(List<Piece> pieces) implements SectionContent {
        @Override
        public long size() {
            return pieces.stream()
                    .mapToLong(piece -> piece.size + piece.padding)
                    .sum();
        }

        @Override
        public void writeTo(FileChannel target) throws IOException {
            for (Piece piece : pieces) {
                try (FileChannel source = FileChannel.open(piece.file, StandardOpenOption.READ)) {
                    long done = 0;
                    while (done < piece.size) {
                        long count = source.transferTo(done, piece.size - done, target);
                        if (count <= 0) {
                            throw new IOException(piece.file + " had " + piece.size + " bytes and now has " + done
                                    + ": it was changed while the image was built");
                        }
                        done += count;
                    }
                }
                new Memory(new byte[piece.padding]).writeTo(target);
            }
        }
    }
}
