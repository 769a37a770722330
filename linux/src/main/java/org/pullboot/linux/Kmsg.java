package org.pullboot.linux;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The kernel's log, written through /dev/kmsg (Documentation/ABI/testing/dev-kmsg). What is written with a level below
 * the console level appears on every console. Safe for use from several threads.
 */
public final class Kmsg implements AutoCloseable {
    /** Where the kernel has its log. */
    public static final Path DEVICE = Path.of("/dev/kmsg");

    private static final int RECORD_BYTES = 900;

    private final OutputStream out;

    private Kmsg(OutputStream out) {
        this.out = out;
    }

    /** How grave a record is, as in syslog(3). */
    public enum Level {
        CRITICAL(2),
        ERROR(3),
        WARNING(4),
        NOTICE(5),
        INFO(6),
        DEBUG(7);

        private final int value;

        Level(int value) {
            this.value = value;
        }

        /** The number that syslog(3) has for it. */
        public int value() {
            return value;
        }
    }

    /**
     * Opens the log.
     *
     * @param device {@link #DEVICE}, or a file in its place
     */
    public static Kmsg open(Path device) throws IOException {
        return new Kmsg(new FileOutputStream(device.toString(), true));
    }

    /** Writes one record, or several when the text is longer than the kernel takes in one. */
    public void write(Level level, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int start = 0;
        do {
            int end = Math.min(bytes.length, start + RECORD_BYTES);
            while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
                end--;
            }
            record(level, bytes, start, end);
            start = end;
        } while (start < bytes.length);
    }

    /** One write(2) is one record, hence the assembly. */
    private void record(Level level, byte[] bytes, int start, int end) throws IOException {
        byte[] record = new byte[end - start + 4];
        record[0] = '<';
        record[1] = (byte) ('0' + level.value);
        record[2] = '>';
        System.arraycopy(bytes, start, record, 3, end - start);
        record[record.length - 1] = '\n';
        out.write(record);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
