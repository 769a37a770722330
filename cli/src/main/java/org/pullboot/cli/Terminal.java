package org.pullboot.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * Lines for a person: some stay, and on a terminal some at the bottom are drawn anew as they change. Elsewhere only the lines
 * that stay are printed, without colours. Safe for use from several threads.
 */
final class Terminal {
    /** What colours say. */
    enum Tone {
        PLAIN(""),
        GOOD("\u001b[32m"),
        BAD("\u001b[31m"),
        FAINT("\u001b[2m");

        private final String start;

        Tone(String start) {
            this.start = start;
        }
    }

    private static final String END_OF_TONE = "\u001b[0m";
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

    private final PrintWriter out;
    private final boolean live;
    private final int width;
    private List<String> drawn = List.of();

    Terminal(PrintWriter out, boolean live, int width) {
        this.out = out;
        this.live = live;
        this.width = width;
    }

    /** Draws only when standard output is a terminal that understands it. */
    static Terminal of(PrintWriter out, Map<String, String> environment) {
        boolean live = isTerminal() && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
        return new Terminal(out, live, columns(environment));
    }

    /** Whether standard input and output are a terminal. */
    // Null again since JDK 25, whose default console is the one of java.base.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static int columns(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 80;
    }

    /** Whether lines at the bottom can be drawn anew. */
    boolean isLive() {
        return live;
    }

    /** A line that stays. */
    synchronized void println(String line) {
        println(Tone.PLAIN, line);
    }

    /** A line that stays, in a colour where there are colours. */
    synchronized void println(Tone tone, String line) {
        List<String> bottom = drawn;
        erase();
        out.println(live && tone != Tone.PLAIN ? tone.start + line + END_OF_TONE : line);
        draw(bottom);
    }

    /** The lines at the bottom, instead of those that are there; nothing where there is no terminal. */
    synchronized void bottom(List<String> lines) {
        if (live && !lines.equals(drawn)) {
            erase();
            draw(lines);
        }
    }

    private void erase() {
        out.print(UP_AND_CLEAR.repeat(drawn.size()));
        drawn = List.of();
        out.flush();
    }

    private void draw(List<String> lines) {
        // A line that wraps would make two, and erasing would leave one behind.
        lines.forEach(line -> out.println(line.length() < width ? line : line.substring(0, width - 1)));
        drawn = List.copyOf(lines);
        out.flush();
    }
}
