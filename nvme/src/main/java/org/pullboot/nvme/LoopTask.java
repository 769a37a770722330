package org.pullboot.nvme;

import org.jspecify.annotations.Nullable;

/** Something that an event loop does; a link of the list that brings it there, so that nothing is allocated for it. */
abstract class LoopTask {
    /** Belongs to {@link EventLoop#post}. */
    @Nullable
    LoopTask next;

    /** Runs on the loop's thread. */
    abstract void run();
}
