package org.pullboot.agent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.InitProcess;

/**
 * What becomes of a machine that cannot boot, or has downloaded all it was to, by the words of systemd's {@code
 * FailureAction=} and {@code SuccessAction=}.
 *
 * @param ending how the machine ends; nothing when it is to stay as it is, with the message on its screen
 * @param seconds how long the message stays before that
 */
record FailureAction(InitProcess.@Nullable Ending ending, int seconds) {
    /** Time to read the message, then another try: the image may be there by then. */
    static final FailureAction DEFAULT = new FailureAction(InitProcess.Ending.RESTART, 30);

    /** The machine stays as it is. */
    static final FailureAction NONE = new FailureAction(null, 0);

    /**
     * Understands the value of {@code rd.systemd.pull.failure_action=}; nothing when it is no such word.
     *
     * <p>There is one way to end a machine here: the -force and -immediate forms skip services, and none run. exit
     * means power off for a first process, as in systemd; what would start another kernel or system restarts the
     * machine, for there is none.
     */
    static Optional<FailureAction> parse(String word) {
        return switch (word) {
            case "none" -> Optional.of(NONE);
            case "reboot",
                    "reboot-force",
                    "reboot-immediate",
                    "kexec",
                    "kexec-force",
                    "soft-reboot",
                    "soft-reboot-force" -> Optional.of(new FailureAction(InitProcess.Ending.RESTART, 0));
            case "poweroff", "poweroff-force", "poweroff-immediate", "exit", "exit-force" ->
                Optional.of(new FailureAction(InitProcess.Ending.POWER_OFF, 0));
            case "halt", "halt-force", "halt-immediate" -> Optional.of(new FailureAction(InitProcess.Ending.HALT, 0));
            default -> Optional.empty();
        };
    }

    /** What the machine will do, for people: "restarting". */
    String doing() {
        if (ending == null) {
            return "staying like this";
        }
        return switch (ending) {
            case RESTART -> "restarting";
            case POWER_OFF -> "powering off";
            case HALT -> "halting";
        };
    }
}
