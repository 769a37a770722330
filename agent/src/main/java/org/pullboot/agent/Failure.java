package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.InitProcess;
import org.pullboot.linux.LinuxException;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.Stage;

/** The end of a boot that failed: one sentence for the person at the machine and for the server, then what was asked for. */
final class Failure {
    private static final int COUNTDOWN_STEP = 10;

    private final Console console;
    private final FailureAction action;
    private final boolean debug;

    /**
     * @param debug whether stack traces are shown
     */
    Failure(Console console, FailureAction action, boolean debug) {
        this.console = console;
        this.action = action;
        this.debug = debug;
    }

    /** Says what happened and ends the machine, or stays for ever. Never returns: a first process must not. */
    void end(Throwable thrown, ServerEvents events, long millisSinceStart) {
        String sentence = sentence(thrown);
        console.failure(sentence);
        if (debug || isDefect(thrown)) {
            console.trace(thrown);
        }
        events.add(BootEvent.of(Stage.FAILED).at(millisSinceStart).saying(sentence));
        stop(events);
    }

    /** Ends the machine as after a failure, or stays for ever, with nothing said about why. Never returns. */
    void stop(ServerEvents events) {
        events.flushLast();
        countDown();
        endMachine();
        while (true) {
            pause(Long.MAX_VALUE);
        }
    }

    private void countDown() {
        for (int left = action.seconds(); left > 0; left -= COUNTDOWN_STEP) {
            console.step(action.doing() + " in " + left + " s");
            pause(1000L * Math.min(left, COUNTDOWN_STEP));
        }
        console.step(action.doing());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the first thread", e);
        }
    }

    private void endMachine() {
        InitProcess.@Nullable Ending ending = action.ending();
        if (ending != null) {
            InitProcess.sync();
            try {
                InitProcess.end(ending);
            } catch (LinuxException e) {
                console.failure(sentence(e));
            }
        }
    }

    /** What to tell a person. */
    static String sentence(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            return "the agent ran out of memory (" + thrown.getMessage() + "): give the machine more";
        }
        String message = thrown.getMessage();
        if (isDefect(thrown) || message == null) {
            return "the agent has a defect: " + thrown;
        }
        if (thrown instanceof FileSystemException file && file.getReason() == null) {
            return message + (thrown instanceof NoSuchFileException ? " is not there" : " cannot be used: " + thrown);
        }
        return message;
    }

    private static boolean isDefect(Throwable thrown) {
        return !(thrown instanceof AgentException)
                && !(thrown instanceof NetworkException)
                && !(thrown instanceof IOException)
                && !(thrown instanceof OutOfMemoryError);
    }
}
