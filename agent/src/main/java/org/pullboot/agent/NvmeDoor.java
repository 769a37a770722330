package org.pullboot.agent;

import java.util.List;
import org.pullboot.linux.Errno;

/** What connects NVMe/TCP subsystems: the kernel, or a test in its place. */
interface NvmeDoor {
    /** The options that it takes, with commas between; empty when it does not tell. */
    String options();

    /** Tries once. */
    Answer connect(String line);

    /** What came of it. */
    sealed interface Answer {
        /** There is a controller of this number now. */
        record Connected(int controller) implements Answer {}

        /**
         * There is none.
         *
         * @param error the kernel's reason
         * @param text the same for people
         * @param log what the kernel logged meanwhile
         */
        record Refused(Errno error, String text, List<String> log) implements Answer {}
    }
}
