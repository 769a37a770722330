package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What {@code uname -r} will say under a kernel, read from its image: where the boot protocol of x86 puts it
 * (Documentation/arch/x86/boot.rst, kernel_version), else behind the words "Linux version", which every kernel that is not
 * compressed holds.
 */
public final class KernelVersion {
    private static final int MAGIC = 0x202;
    private static final int MAGIC_HDRS = 0x53726448;
    private static final int VERSION_POINTER = 0x20E;
    private static final int POINTER_BASE = 0x200;
    private static final int MAX_LENGTH = 128;
    private static final int CHUNK = 256 << 10;
    private static final byte[] BANNER = "Linux version ".getBytes(StandardCharsets.US_ASCII);

    private KernelVersion() {}

    /**
     * The version of this kernel image, such as {@code 6.1.0-42-cloud-amd64}; empty when the image does not tell.
     *
     * @throws IOException when it cannot be read
     */
    public static Optional<String> of(Path kernel) throws IOException {
        try (FileChannel channel = FileChannel.open(kernel, StandardOpenOption.READ)) {
            Optional<String> version = fromSetupHeader(channel);
            return version.isPresent() ? version : fromBanner(channel);
        }
    }

    private static Optional<String> fromSetupHeader(FileChannel channel) throws IOException {
        ByteBuffer head = read(channel, 0, 0x10000 + POINTER_BASE + MAX_LENGTH);
        if (head.limit() < VERSION_POINTER + 2 || head.getInt(MAGIC) != MAGIC_HDRS) {
            return Optional.empty();
        }
        int pointer = head.getShort(VERSION_POINTER) & 0xFFFF;
        return pointer == 0 ? Optional.empty() : word(head, pointer + POINTER_BASE);
    }

    private static Optional<String> fromBanner(FileChannel channel) throws IOException {
        int overlap = BANNER.length + MAX_LENGTH;
        for (long at = 0; at < channel.size(); at += CHUNK - overlap) {
            ByteBuffer chunk = read(channel, at, CHUNK);
            for (int i = 0; i + BANNER.length < chunk.limit(); i++) {
                if (chunk.get(i) == BANNER[0] && isBanner(chunk, i)) {
                    Optional<String> version = word(chunk, i + BANNER.length);
                    if (version.isPresent()) {
                        return version;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isBanner(ByteBuffer chunk, int at) {
        for (int i = 1; i < BANNER.length; i++) {
            if (chunk.get(at + i) != BANNER[i]) {
                return false;
            }
        }
        return true;
    }

    /** A word that begins with a digit and ends at a blank or NUL. */
    private static Optional<String> word(ByteBuffer bytes, int start) {
        StringBuilder word = new StringBuilder();
        for (int at = start; at < bytes.limit() && word.length() <= MAX_LENGTH; at++) {
            int c = bytes.get(at) & 0xFF;
            if (c == ' ' || c == 0) {
                boolean version = !word.isEmpty() && Character.isDigit(word.charAt(0));
                return version ? Optional.of(word.toString()) : Optional.empty();
            }
            if (c < ' ' || c >= 0x7F) {
                return Optional.empty();
            }
            word.append((char) c);
        }
        return Optional.empty();
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
            // More to come.
        }
        return buffer.flip();
    }
}
