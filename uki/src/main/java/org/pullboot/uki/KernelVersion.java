package org.pullboot.uki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.ImageException;

/**
 * What {@code uname -r} will say under a kernel, read from its image as ukify does, which makes the same UKI only then: where the
 * boot protocol of x86 puts it (Documentation/arch/x86/boot.rst, kernel_version), else behind the words "Linux version", which
 * every kernel holds when it is not compressed. One that unpacks itself (zboot) is unpacked for that.
 */
public final class KernelVersion {
    private static final int HEADER = 0x210;
    private static final int MAGIC = 0x202;
    private static final int MAGIC_HDRS = 0x53726448;
    private static final int VERSION_POINTER = 0x20E;
    private static final int POINTER_BASE = 0x200;
    private static final int MAX_LENGTH = 128;
    private static final Pattern SETUP_TEXT = Pattern.compile("([a-z0-9._+-]+) \\([^ )]+\\) #.*");

    private static final int ZBOOT_MAGIC = 0x676D697A;
    private static final int ZBOOT_MARK = 4;
    private static final int ZBOOT_PLACE = 8;
    private static final int ZBOOT_SIZE = 12;
    private static final long MOST_UNPACKED = 1L << 30;

    private static final int CHUNK = 256 << 10;
    private static final byte[] BANNER = "Linux version ".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern BANNER_TEXT = Pattern.compile("(\\d\\.\\S+) \\(");

    private KernelVersion() {}

    /**
     * The version of this kernel image, such as {@code 6.1.0-42-cloud-amd64}; empty when the image does not tell.
     *
     * @throws IOException when it cannot be read
     */
    public static Optional<String> of(Path kernel) throws IOException {
        try (InputStream in = Files.newInputStream(kernel)) {
            byte[] bytes = in.readNBytes(POINTER_BASE + 0x10000 + MAX_LENGTH);
            ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            Optional<String> version = fromSetupHeader(bytes);
            if (version.isPresent()) {
                return version;
            }
            return isZboot(head)
                    ? fromZboot(head, kernel)
                    : fromBanner(new SequenceInputStream(new ByteArrayInputStream(bytes), in));
        }
    }

    private static Optional<String> fromSetupHeader(byte[] bytes) {
        ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (head.limit() < HEADER || head.getInt(MAGIC) != MAGIC_HDRS) {
            return Optional.empty();
        }
        int start = (head.getShort(VERSION_POINTER) & 0xFFFF) + POINTER_BASE;
        Matcher matcher = SETUP_TEXT.matcher(text(bytes, start, Math.min(head.limit(), start + MAX_LENGTH)));
        return matcher.lookingAt() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static boolean isZboot(ByteBuffer head) {
        return head.limit() >= HEADER
                && head.get(0) == 'M'
                && head.get(1) == 'Z'
                && head.getInt(ZBOOT_MARK) == ZBOOT_MAGIC;
    }

    private static Optional<String> fromZboot(ByteBuffer head, Path kernel) throws IOException {
        long place = head.getInt(ZBOOT_PLACE) & 0xFFFFFFFFL;
        long size = head.getInt(ZBOOT_SIZE) & 0xFFFFFFFFL;
        if (place >= Files.size(kernel)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(kernel)) {
            in.skipNBytes(place);
            try (InputStream plain = DecompressedInputStream.of(new Bounded(in, size))) {
                return fromBanner(new Bounded(plain, MOST_UNPACKED));
            }
        } catch (ImageException damaged) {
            // It tells no version; whether it boots is another question.
            return Optional.empty();
        }
    }

    private static Optional<String> fromBanner(InputStream image) throws IOException {
        int overlap = BANNER.length + MAX_LENGTH;
        byte[] chunk = new byte[CHUNK];
        int length = 0;
        while (true) {
            int count = image.readNBytes(chunk, length, CHUNK - length);
            length += count;
            for (int at = 0; at + BANNER.length < length; at++) {
                if (chunk[at] == BANNER[0] && isBanner(chunk, at)) {
                    int start = at + BANNER.length;
                    Matcher matcher = BANNER_TEXT.matcher(text(chunk, start, Math.min(length, start + MAX_LENGTH)));
                    if (matcher.lookingAt()) {
                        return Optional.of(matcher.group(1));
                    }
                }
            }
            if (count == 0) {
                return Optional.empty();
            }
            int kept = Math.min(overlap, length);
            System.arraycopy(chunk, length - kept, chunk, 0, kept);
            length = kept;
        }
    }

    private static boolean isBanner(byte[] chunk, int at) {
        for (int i = 1; i < BANNER.length; i++) {
            if (chunk[at + i] != BANNER[i]) {
                return false;
            }
        }
        return true;
    }

    /** A string that ends at a NUL or at a place. */
    private static String text(byte[] bytes, int start, int end) {
        int last = Math.min(start, end);
        while (last < end && bytes[last] != 0) {
            last++;
        }
        return new String(bytes, Math.min(start, last), Math.max(0, last - start), StandardCharsets.ISO_8859_1);
    }

    /** The first bytes of another stream. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        private Bounded(InputStream in, long most) {
            this.in = in;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }
}
