package org.pullboot.vm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads along on a console and says when something happened that ends the run. */
final class ConsoleWatcher {
    private static final int MAX_LINE = 400;
    private static final String PANIC = "Kernel panic - not syncing";

    private final TerminalText terminal = new TerminalText();
    private final Optional<String> expected;
    private final Optional<TextMatcher> expectedText;
    private final TextMatcher panic = new TextMatcher(PANIC);
    private final List<TextMatcher> failures;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean panicking;
    private boolean failing;

    /**
     * Watches for a panic and for these.
     *
     * @param expected the text that is a success
     * @param bootFailures what firmware says when it cannot boot
     */
    ConsoleWatcher(Optional<String> expected, List<String> bootFailures) {
        this.expected = expected;
        expectedText = expected.map(TextMatcher::new);
        failures = bootFailures.stream().map(TextMatcher::new).toList();
    }

    /** Takes the next bytes of the console; tells what they end the run with, if they do. */
    Optional<VmOutcome> accept(byte[] bytes, int count, Duration elapsed) {
        for (int i = 0; i < count; i++) {
            if (terminal.accept(bytes[i])) {
                Optional<VmOutcome> outcome = acceptText(bytes[i], elapsed);
                if (outcome.isPresent()) {
                    return outcome;
                }
            }
        }
        return Optional.empty();
    }

    /** What stands before a message in its line, such as a firmware's progress, does not belong to it. */
    private void beginLine(TextMatcher message) {
        line.reset();
        line.writeBytes(message.text());
    }

    private Optional<VmOutcome> acceptText(byte next, Duration elapsed) {
        boolean end = next == '\n' || line.size() >= MAX_LINE;
        if (!end) {
            line.write(next);
        }
        if (panic.accept(next)) {
            panicking = true;
            beginLine(panic);
        }
        for (TextMatcher failure : failures) {
            if (failure.accept(next)) {
                failing = true;
                beginLine(failure);
            }
        }
        if (expectedText.isPresent() && expectedText.get().accept(next)) {
            return Optional.of(new VmOutcome.Expected(expected.orElseThrow(), elapsed));
        }
        if (end) {
            String text = line.toString(StandardCharsets.UTF_8).strip();
            line.reset();
            // The rest of the line tells the reason, so its end is waited for.
            if (panicking) {
                return Optional.of(new VmOutcome.Panicked(text));
            }
            if (failing) {
                return Optional.of(new VmOutcome.NotBooted(text));
            }
        }
        return Optional.empty();
    }
}
