package org.pullboot.generator;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Kmsg;

/** Where a generator may speak: the kernel's log when systemd runs it, for nothing else is there yet; otherwise standard error. */
final class GeneratorLog {
    private static final String NAME = "pullboot-generator";

    private final PrintStream err;
    private final @Nullable Kmsg kernel;

    private GeneratorLog(PrintStream err, @Nullable Kmsg kernel) {
        this.err = err;
        this.kernel = kernel;
    }

    /** Speaks to a stream. */
    static GeneratorLog to(PrintStream err) {
        return new GeneratorLog(err, null);
    }

    /**
     * Speaks to the kernel's log when the variable that systemd sets for what it runs itself names this process.
     *
     * @param err for everybody else
     */
    static GeneratorLog of(Map<String, String> environment, PrintStream err) {
        String process = environment.get("SYSTEMD_EXEC_PID");
        if (process != null
                && process.equals(Long.toString(ProcessHandle.current().pid()))) {
            try {
                return new GeneratorLog(err, Kmsg.open(Kmsg.DEVICE));
            } catch (IOException noKernelLog) {
                return to(err);
            }
        }
        return to(err);
    }

    void info(String message) {
        say(Kmsg.Level.INFO, message);
    }

    void warning(String message) {
        say(Kmsg.Level.WARNING, message);
    }

    void error(String message) {
        say(Kmsg.Level.ERROR, message);
    }

    private void say(Kmsg.Level level, String message) {
        if (kernel != null) {
            try {
                kernel.write(level, NAME + "[" + ProcessHandle.current().pid() + "]: " + message);
                return;
            } catch (IOException full) {
                err.println(full.getMessage());
            }
        }
        err.println(message);
    }
}
