package org.pullboot.pull;

/** Time as a pull sees it; tests have their own. */
interface Timer {
    /** The machine's. */
    Timer REAL = new Timer() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(long millis) throws InterruptedException {
            Thread.sleep(millis);
        }
    };

    /** A count of nanoseconds from some moment on. */
    long nanos();

    /** Waits. */
    void pause(long millis) throws InterruptedException;
}
