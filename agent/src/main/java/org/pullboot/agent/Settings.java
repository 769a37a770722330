package org.pullboot.agent;

import java.util.Optional;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;

/**
 * What the kernel command line tells the agent, apart from the network.
 *
 * @param words Pullboot's own words
 * @param root {@code root=}
 * @param rootFlags {@code rootflags=}
 * @param rootType {@code rootfstype=}, empty when there is none
 * @param readOnly whether {@code ro} was said last of {@code ro} and {@code rw}
 * @param init {@code init=}
 */
record Settings(
        BootWords words,
        RootOption root,
        RootFlags rootFlags,
        String rootType,
        boolean readOnly,
        Optional<String> init) {
    private static final String FAILURE_ACTION = "rd.systemd.pull.failure_action";
    private static final String DEBUG = "rd.pullboot.debug";

    /**
     * Understands a command line.
     *
     * @throws PullException when one of Pullboot's own words cannot be understood
     * @throws AgentException when {@code root=} names something that is never looked at
     */
    static Settings of(KernelCommandLine line) throws PullException, AgentException {
        Optional<String> root = line.value("root");
        return new Settings(
                BootWords.of(line),
                root.isPresent() ? RootOption.parse(root.get()) : RootOption.AUTOMATIC,
                RootFlags.parse(line.value("rootflags").orElse("")),
                line.value("rootfstype").orElse(""),
                readOnly(line),
                line.value("init"));
    }

    private static boolean readOnly(KernelCommandLine line) {
        boolean readOnly = false;
        for (String word : line.words()) {
            if (word.equals("ro") || word.equals("rw")) {
                readOnly = word.equals("ro");
            }
        }
        return readOnly;
    }

    /** What to do when the boot fails, which must be known even if nothing else on the line can be understood. */
    static FailureAction failureAction(KernelCommandLine line, Console console) {
        Optional<String> word = line.value(FAILURE_ACTION);
        if (word.isEmpty()) {
            return FailureAction.DEFAULT;
        }
        Optional<FailureAction> action = FailureAction.parse(word.get());
        if (action.isEmpty()) {
            console.warn(FAILURE_ACTION + "=" + word.get() + " is no such action: " + FailureAction.DEFAULT.doing()
                    + " will be tried");
        }
        return action.orElse(FailureAction.DEFAULT);
    }

    /** Whether stack traces are wanted ({@code rd.pullboot.debug}). */
    static boolean debug(KernelCommandLine line) {
        return line.flag(DEBUG, false);
    }
}
