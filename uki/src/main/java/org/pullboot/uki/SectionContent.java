package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is in a section, or goes into one: bytes in memory, or parts of files that are copied without passing through it. Immutable. */
public sealed interface SectionContent {
    /** How many bytes it has. */
    long size();

    /**
     * Writes all of it.
     *
     * @param target a file, or something else that takes bytes, such as one that hashes them
     * @throws IOException when that fails, or a file is shorter than it was
     */
    void writeTo(WritableByteChannel target) throws IOException;

    /**
     * Writes all of it to a file, in place of what that had.
     *
     * @throws IOException when that fails, or a file is shorter than it was
     */
    default void writeTo(Path file) throws IOException {
        try (FileChannel target = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeTo(target);
        }
    }

    /**
     * Its beginning.
     *
     * @param most so many bytes, or all if there are fewer
     * @throws IOException when that fails, or a file is shorter than it was
     */
    byte[] head(int most) throws IOException;

    /** These bytes. */
    static SectionContent of(byte[] bytes) {
        return new Memory(bytes.clone());
    }

    /** This text in UTF-8, without a NUL behind it. */
    static SectionContent of(String text) {
        return new Memory(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * All of a file, which must stay as it is until the content has been used.
     *
     * @throws IOException when its size cannot be read
     */
    static SectionContent of(Path file) throws IOException {
        return new FileParts(List.of(new FilePart(file, 0, Files.size(file), 0)));
    }

    /** A part of a file: so many bytes from this one on. */
    static SectionContent of(Path file, long offset, long size) {
        return new FileParts(List.of(new FilePart(file, offset, size, 0)));
    }

    /** Files joined as the kernel wants initrds: each is padded with zeros to four bytes, but one alone is not. */
    static SectionContent joined(List<Path> files) throws IOException {
        if (files.size() == 1) {
            return of(files.getFirst());
        }
        List<FilePart> parts = new ArrayList<>();
        for (Path file : files) {
            long size = Files.size(file);
            parts.add(new FilePart(file, 0, size, (int) (-size & 3)));
        }
        return new FileParts(parts);
    }

    /** Bytes in memory. */
    final class Memory implements SectionContent {
        private final byte[] bytes;

        private Memory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void writeTo(WritableByteChannel target) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        }

        @Override
        public byte[] head(int most) {
            return Arrays.copyOf(bytes, Math.min(most, bytes.length));
        }
    }

    /** Bytes of a file and the zeros behind them. */
    record FilePart(Path file, long offset, long size, int padding) {}

    /** Parts of files, one after the other. */
    record FileParts(List<FilePart> parts) implements SectionContent {
        /** Copies the list. */
        public FileParts {
            parts = List.copyOf(parts);
        }

        @Override
        public long size() {
            return parts.stream().mapToLong(part -> part.size + part.padding).sum();
        }

        @Override
        public void writeTo(WritableByteChannel target) throws IOException {
            for (FilePart part : parts) {
                try (FileChannel source = FileChannel.open(part.file, StandardOpenOption.READ)) {
                    long done = 0;
                    while (done < part.size) {
                        long count = source.transferTo(part.offset + done, part.size - done, target);
                        if (count <= 0) {
                            throw shortened(part, done);
                        }
                        done += count;
                    }
                }
                new Memory(new byte[part.padding]).writeTo(target);
            }
        }

        @Override
        public byte[] head(int most) throws IOException {
            ByteBuffer head = ByteBuffer.allocate((int) Math.min(most, size()));
            for (FilePart part : parts) {
                try (FileChannel source = FileChannel.open(part.file, StandardOpenOption.READ)) {
                    int wanted = (int) Math.min(part.size, head.remaining());
                    ByteBuffer piece = head.slice(head.position(), wanted);
                    while (piece.hasRemaining()) {
                        if (source.read(piece, part.offset + piece.position()) < 0) {
                            throw shortened(part, piece.position());
                        }
                    }
                    head.position(head.position() + wanted);
                }
                head.position(Math.min(head.limit(), head.position() + part.padding));
            }
            return head.array();
        }

        private static IOException shortened(FilePart part, long left) {
            return new IOException(part.file + " had " + (part.offset + part.size) + " bytes and now has "
                    + (part.offset + left) + ": it was changed while it was read");
        }
    }
}
