package org.pullboot.pull;

import java.util.List;

/** The one error of a pull for which no place is left to ask. */
final class Verdict {
    private Verdict() {}

    static PullException on(PullRequest request, List<Source> sources) {
        StringBuilder reasons = new StringBuilder();
        StringBuilder missing = new StringBuilder();
        Fault cause = null;
        for (Source source : sources) {
            Fault fault = source.last();
            if (fault != null && fault.kind() != Fault.Kind.MISSING) {
                cause = cause == null ? fault : cause;
                reasons.append(reasons.isEmpty() ? "" : "; ")
                        .append(source.shown())
                        .append(": ")
                        .append(fault.sentence());
                if (source.failures() > 1) {
                    reasons.append(", ").append(source.failures()).append(" times in a row");
                }
            } else {
                missing.append(missing.isEmpty() ? "" : ", ").append(source.shown());
            }
        }
        if (cause == null) {
            return new PullException("cannot pull " + request.name() + ": no server has it at " + missing
                    + ": check the name, and that the server still serves it");
        }
        return new PullException("cannot pull " + request.name() + " from " + reasons, cause);
    }
}
