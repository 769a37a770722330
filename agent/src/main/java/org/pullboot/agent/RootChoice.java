package org.pullboot.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.RootMode;

/** Which root mode a boot uses: the plan chooses among what the command line allows, and cannot add to it. */
final class RootChoice {
    private RootChoice() {}

    /**
     * Chooses.
     *
     * @param allowed the modes that the command line allows, the one to use first
     * @param wanted the word for the mode that the plan wants, if it wants one
     */
    static RootMode of(List<RootMode> allowed, @Nullable String wanted, Console console) {
        if (wanted == null) {
            return allowed.getFirst();
        }
        for (RootMode mode : allowed) {
            if (mode.word().equals(wanted)) {
                return mode;
            }
        }
        RootMode first = allowed.getFirst();
        console.warn("the server's plan wants the root mode " + wanted
                + ", which rd.pullboot.root= does not allow: going on with " + first.word());
        return first;
    }
}
