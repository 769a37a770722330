package org.pullboot.vm;

/**
 * Tells the characters of a terminal's stream from what only moves or colours them: escape sequences (ECMA-48), carriage
 * returns and NULs. Bytes of UTF-8 pass.
 */
final class TerminalText {
    private enum State {
        TEXT,
        ESCAPE,
        CONTROL_SEQUENCE,
        STRING,
        STRING_ESCAPE
    }

    private static final int ESCAPE = 0x1B;
    private static final int BELL = 0x07;

    private State state = State.TEXT;

    /** Takes the next byte; true when it is text, line feeds included. */
    boolean accept(byte next) {
        int c = next & 0xFF;
        switch (state) {
            case TEXT -> {
                if (c == ESCAPE) {
                    state = State.ESCAPE;
                    return false;
                }
                return c >= ' ' || c == '\n' || c == '\t';
            }
            case ESCAPE -> state = afterEscape(c);
            case CONTROL_SEQUENCE -> state = c >= 0x40 && c <= 0x7E ? State.TEXT : State.CONTROL_SEQUENCE;
            case STRING -> state = c == BELL ? State.TEXT : c == ESCAPE ? State.STRING_ESCAPE : State.STRING;
            case STRING_ESCAPE -> state = State.TEXT;
        }
        // A lost end of a sequence must not hide the lines that follow.
        if (c == '\n') {
            state = State.TEXT;
            return true;
        }
        return false;
    }

    private static State afterEscape(int c) {
        return switch (c) {
            case '[' -> State.CONTROL_SEQUENCE;
            case ']', 'P', 'X', '^', '_' -> State.STRING;
            default -> c >= 0x20 && c <= 0x2F ? State.ESCAPE : State.TEXT;
        };
    }
}
