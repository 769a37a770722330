package org.pullboot.vm;

import java.time.Duration;

/** How a run of a virtual machine ended. */
public sealed interface VmOutcome {
    /** One sentence for a person. */
    String message();

    /**
     * The expected text came.
     *
     * @param text what was expected
     * @param after how long after the start
     */
    record Expected(String text, Duration after) implements VmOutcome {
        @Override
        public String message() {
            return "the console showed '" + text + "' after " + seconds(after);
        }
    }

    /**
     * The guest's kernel panicked.
     *
     * @param line what it said
     */
    record Panicked(String line) implements VmOutcome {
        @Override
        public String message() {
            return "the guest's kernel panicked: " + line;
        }
    }

    /**
     * The firmware could not boot the URL, or the program from there gave up.
     *
     * @param line what it said
     */
    record NotBooted(String line) implements VmOutcome {
        @Override
        public String message() {
            return "the firmware could not boot the URL: " + line + hint();
        }

        private String hint() {
            if (!line.contains("failed to load")) {
                return "";
            }
            return line.contains("Access Denied") || line.contains("Security Violation")
                    ? ": Secure Boot takes only what is signed by one of the machine's keys, and not changed since"
                    : ": is the server running, and does it send an EFI program under that name?";
        }
    }

    /**
     * The time was over.
     *
     * @param limit the time it had
     */
    record TimedOut(Duration limit) implements VmOutcome {
        @Override
        public String message() {
            return "the machine was still running after " + seconds(limit);
        }
    }

    /**
     * QEMU ended: the guest powered off or restarted, or QEMU failed.
     *
     * @param status its exit status; 0 for a guest that powered off or restarted
     * @param errors the end of what QEMU itself complained about; often nothing
     */
    record Exited(int status, String errors) implements VmOutcome {
        @Override
        public String message() {
            if (status == 0) {
                return "the machine powered off or restarted";
            }
            return "QEMU ended with status " + status + (errors.isBlank() ? "" : ": " + errors.strip());
        }
    }

    private static String seconds(Duration time) {
        return Math.round(time.toMillis() / 100.0) / 10.0 + " s";
    }
}
