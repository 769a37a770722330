package org.pullboot.nvme;

/** What a controller asks of the association that it belongs to. */
interface ControllerEvents {
    /**
     * The controller was disabled or shut down, or it failed: the I/O connections end, the admin connection stays.
     *
     * <p>Called by the thread that executes admin commands. Each queue is given back by
     * {@link Controller#disconnectQueue}, now or later.
     */
    void dropIoQueues();
}
