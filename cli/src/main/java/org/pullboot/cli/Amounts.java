package org.pullboot.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Amounts as people read them; units are powers of ten. */
final class Amounts {
    /** More would be an exabyte in the largest unit. */
    private static final int MAX_DIGITS = 6 + 9;

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Amounts() {}

    /** {@code 38.2 MB}. */
    static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.5 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }

    /**
     * A size as disk tools take it: bytes, or with K, M, G or T behind it powers of 1024.
     *
     * @param option whose value it is, for the message
     * @throws IllegalArgumentException when it is none
     */
    static long parse(String option, String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        int unit = digits == text.length() - 1 ? "KMGT".indexOf(Character.toUpperCase(text.charAt(digits))) : -1;
        if (digits == 0 || digits > MAX_DIGITS || (unit < 0 && digits < text.length())) {
            throw new IllegalArgumentException(option + " is a size as in 512M or 20G, not '" + text + "'");
        }
        return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), 1L << (10 * (unit + 1)));
    }

    /** {@code 12.3 MB/s}. */
    static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /** {@code 2026-06-01 12:00:05}, in this machine's time zone. */
    static String time(Instant instant) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .format(instant.atZone(ZoneId.systemDefault()));
    }

    /** {@code 3.4 s}. */
    static String seconds(Duration duration) {
        return seconds(duration.toMillis() / 1000.0);
    }

    /** {@code 3.4 s}. */
    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
