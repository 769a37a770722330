package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Reads what is in a section of a file. */
final class SectionReader {
    /** More is no text that a person reads. */
    static final int MAX_TEXT = 1 << 20;

    private static final int CHUNK = 128 << 10;

    private SectionReader() {}

    /** The content of a small section. */
    static byte[] read(Path file, PeSection section) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel, section);
        }
    }

    static byte[] read(FileChannel channel, PeSection section) throws IOException {
        if (section.contentSize() > MAX_TEXT) {
            throw new PeException(
                    "section " + section.name() + " should be a text, but has " + section.contentSize() + " bytes");
        }
        ByteBuffer content = ByteBuffer.allocate((int) section.contentSize());
        while (content.hasRemaining()) {
            if (channel.read(content, section.rawOffset() + content.position()) < 0) {
                throw cutOff(section);
            }
        }
        return content.array();
    }

    /** The SHA-256 digest of the content, as hexadecimal digits. */
    static String sha256(FileChannel channel, PeSection section) throws IOException {
        MessageDigest digest = digester();
        // On the heap: a digest copies what is in a direct buffer once more.
        byte[] chunk = new byte[(int) Math.min(section.contentSize(), CHUNK)];
        long left = section.contentSize();
        long position = section.rawOffset();
        while (left > 0) {
            int count = channel.read(ByteBuffer.wrap(chunk, 0, (int) Math.min(left, chunk.length)), position);
            if (count < 0) {
                throw cutOff(section);
            }
            digest.update(chunk, 0, count);
            position += count;
            left -= count;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String withoutTrailingNuls(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    private static PeException cutOff(PeSection section) {
        return new PeException("section " + section.name() + " became shorter while it was read");
    }

    private static MessageDigest digester() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
