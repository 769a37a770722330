package org.pullboot.nvme;

import com.google.errorprone.annotations.FormatMethod;

/** The target did what the specification does not allow, or did nothing in time. The message says what and where. */
final class InitiatorViolation extends RuntimeException {
    private static final long serialVersionUID = 1;

    InitiatorViolation(String sentence) {
        super(sentence);
    }

    @FormatMethod
    static void unless(boolean allowed, String format, Object... values) {
        if (!allowed) {
            throw new InitiatorViolation(format.formatted(values));
        }
    }
}
