package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * EFI_TIME (UEFI 2.10, section 8.3), as authenticated variables carry it: in UTC, 16 bytes, little-endian. Any 16 bytes can be
 * held, because firmware writes what it likes; the order is the one firmware compares by, year to second.
 *
 * @param bytes the 16 bytes in memory
 */
public record EfiTime(Bytes bytes) implements Comparable<EfiTime> {
    /** The length in memory, in bytes. */
    public static final int SIZE = 16;

    /** All zeros: what variables have that are not authenticated by time. */
    public static final EfiTime NONE = new EfiTime(Bytes.of(new byte[SIZE]));

    private static final int MAX_YEAR = 9999;

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException when there are not 16 bytes
     */
    public EfiTime {
        if (bytes.length() != SIZE) {
            throw new IllegalArgumentException("an EFI time has 16 bytes, not " + bytes.length());
        }
    }

    /**
     * This second in UTC; what authenticated variables carry has no fractions, no time zone and no daylight saving.
     *
     * @throws IllegalArgumentException before the year 1900 or after 9999
     */
    public static EfiTime of(Instant instant) {
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        if (time.getYear() < 1900 || time.getYear() > MAX_YEAR) {
            throw new IllegalArgumentException("an EFI time is in the years 1900 to 9999, not in " + time.getYear());
        }
        ByteBuffer target = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        target.putShort((short) time.getYear())
                .put((byte) time.getMonthValue())
                .put((byte) time.getDayOfMonth())
                .put((byte) time.getHour())
                .put((byte) time.getMinute())
                .put((byte) time.getSecond());
        return new EfiTime(Bytes.of(target.array()));
    }

    /** Whether all its bytes are zero. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** The point in time without fractions of a second; empty when the bytes name none. */
    public Optional<Instant> instant() {
        ByteBuffer in = bytes.buffer();
        int year = in.getShort() & 0xFFFF;
        try {
            LocalDateTime time = LocalDateTime.of(year, in.get(), in.get(), in.get(), in.get(), in.get());
            return Optional.of(time.toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** By year, month, day, hour, minute and second, as firmware compares time stamps. */
    @Override
    public int compareTo(EfiTime other) {
        return Long.compare(order(), other.order());
    }

    private long order() {
        ByteBuffer in = bytes.buffer();
        long order = in.getShort() & 0xFFFF;
        for (int i = 0; i < 5; i++) {
            order = (order << 8) | (in.get() & 0xFF);
        }
        return order;
    }
}
