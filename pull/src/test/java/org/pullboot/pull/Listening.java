package org.pullboot.pull;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it hears. */
final class Listening implements PullListener {
    final List<Preflight> beginnings = new ArrayList<>();
    final List<PullProgress> progress = new ArrayList<>();
    final List<String> retries = new ArrayList<>();

    @Override
    public void begins(Preflight preflight) throws PullException {
        beginnings.add(preflight);
    }

    @Override
    public void progress(PullProgress now) {
        progress.add(now);
    }

    @Override
    public void retries(String reason) {
        retries.add(reason);
    }
}
