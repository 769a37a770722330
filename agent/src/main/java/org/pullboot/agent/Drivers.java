package org.pullboot.agent;

import java.io.IOException;

/**
 * Loads drivers while the network comes up: first what the root will need in any case, then those for devices that
 * appear late, on USB for example. Waiting for the network costs nothing then.
 */
final class Drivers implements Runnable {
    private static final String[] ALWAYS_NEEDED = {"loop", "overlay"};
    private static final String[] FOR_NVME = {"nvme_tcp"};
    private static final long PAUSE_MILLIS = 500;

    private final ModuleLoader modules;
    private final Coldplug coldplug;
    private final Console console;
    private final boolean nvme;
    private final Thread thread = new Thread(this, "drivers");
    private boolean stopped;

    /**
     * Loads nothing yet.
     *
     * @param nvme whether the root may be an NVMe/TCP disk
     */
    Drivers(ModuleLoader modules, Coldplug coldplug, Console console, boolean nvme) {
        this.modules = modules;
        this.coldplug = coldplug;
        this.console = console;
        this.nvme = nvme;
    }

    /** Begins, on a thread of its own. */
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Has the thread end soon, and waits for nothing. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Waits until the thread has ended: before its files go away. */
    void awaitEnd() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        load(ALWAYS_NEEDED);
        if (nvme) {
            load(FOR_NVME);
        }
        try {
            while (!pause()) {
                coldplug.run();
            }
        } catch (IOException unreadable) {
            console.warn(Failure.sentence(unreadable));
        }
    }

    private void load(String[] names) {
        for (String name : names) {
            try {
                modules.load(name);
            } catch (IOException refused) {
                console.warn(Failure.sentence(refused));
            }
        }
    }

    private synchronized boolean pause() {
        long end = System.nanoTime() + PAUSE_MILLIS * 1_000_000;
        try {
            for (long left = PAUSE_MILLIS; !stopped && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        return stopped;
    }
}
