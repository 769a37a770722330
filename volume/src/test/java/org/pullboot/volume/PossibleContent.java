package org.pullboot.volume;

import java.util.Arrays;

/** What each block may hold: what it held after the last acknowledged step, or after any later one. */
final class PossibleContent {
    private final byte[] found;
    private final boolean[] matched;
    private final boolean[] open;
    private byte[] latest;
    private int low;
    private int high;

    PossibleContent(byte[] before, byte[] found) {
        this.latest = before.clone();
        this.found = found;
        int blocks = (found.length + 4095) / 4096;
        this.matched = new boolean[blocks];
        this.open = new boolean[blocks];
        this.high = found.length;
    }

    /** Looks at a part only, whose first and last block others may change at the same time. */
    void within(int from, int to) {
        low = from;
        high = to;
        Arrays.fill(matched, false);
        Arrays.fill(open, false);
    }

    void step(CrashScript.Step step, boolean unacknowledged) {
        byte[] before = unacknowledged ? latest.clone() : latest;
        CrashScript.apply(step, latest);
        int last = (step.offset() + step.length() - 1) / 4096;
        for (int block = step.offset() / 4096; block <= last; block++) {
            if (unacknowledged) {
                note(block, before);
                open[block] = true;
            }
        }
    }

    void become(byte[] content, boolean unacknowledged) {
        byte[] before = latest;
        latest = content.clone();
        if (unacknowledged) {
            for (int block = 0; block < matched.length; block++) {
                note(block, before);
                open[block] = true;
            }
        }
    }

    private void note(int block, byte[] content) {
        matched[block] |= same(block, content);
    }

    private boolean same(int block, byte[] content) {
        int from = Math.max(low, block * 4096);
        int to = Math.max(from, Math.min(high, block * 4096 + 4096));
        return Arrays.equals(found, from, to, content, from, to);
    }

    byte[] latest() {
        return latest.clone();
    }

    void check(long seed, int number) {
        for (int block = 0; block < matched.length; block++) {
            if (!same(block, latest) && !(open[block] && matched[block])) {
                throw new AssertionError("seed " + seed + ", volume " + number + ", block " + block
                        + " holds what it never held" + (open[block] ? ", or not since it was settled" : ""));
            }
        }
    }
}
