package org.pullboot.serve;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates in HTTP headers (RFC 9110 §5.6.7): written in the one form, read in all three. */
final class HttpDate {
    private static final int LONGEST = 64;
    private static final DateTimeFormatter FIXED =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);
    // Two digits of a year in the obsolete form: within 50 years before and after this program was written.
    private static final DateTimeFormatter RFC_850 = new DateTimeFormatterBuilder()
            .appendPattern("EEEE, dd-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, 1976)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.US);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US);
    private static final List<DateTimeFormatter> FORMS = List.of(FIXED, RFC_850, ASCTIME);

    private HttpDate() {}

    static String format(Instant instant) {
        return FIXED.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** The date; null when the text is none. */
    static @Nullable Instant parse(@Nullable String text) {
        if (text == null || text.length() > LONGEST) {
            return null;
        }
        for (DateTimeFormatter form : FORMS) {
            try {
                return LocalDateTime.parse(text.strip(), form).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // Another form, then.
            }
        }
        return null;
    }
}
