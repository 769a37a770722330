package org.pullboot.pull;

import java.util.List;

/** What came of a pull expression. */
public sealed interface PullOutcome {
    /** What was looked over, one sentence each. */
    List<String> warnings();

    /** It can be done. */
    record Accepted(PullExpression expression, List<String> warnings) implements PullOutcome {
        /** Copies the list. */
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It asks for a file beside the one that was booted, and this machine does not know what was booted: systemd goes
     * on without a word then.
     */
    record Skipped(String reason, List<String> warnings) implements PullOutcome {
        /** Copies the list. */
        public Skipped {
            warnings = List.copyOf(warnings);
        }
    }

    /** It cannot be done; other expressions still count. */
    record Refused(String reason, List<String> warnings) implements PullOutcome {
        /** Copies the list. */
        public Refused {
            warnings = List.copyOf(warnings);
        }
    }
}
