package org.pullboot.pull;

/** Hears what becomes of a pull. It is called from several threads, one at a time, and should return soon. */
public interface PullListener {
    /** Hears nothing. */
    PullListener NONE = new PullListener() {};

    /**
     * The server answered and the first bytes are there; nothing is written yet. Called again when a download begins
     * anew.
     *
     * @throws PullException to refuse the download, because it does not fit into memory for example
     */
    default void begins(Preflight preflight) throws PullException {}

    /** Bytes came; called at most four times a second, and once at the end. */
    default void progress(PullProgress progress) {}

    /**
     * Something failed and is tried again, or elsewhere.
     *
     * @param reason one sentence
     */
    default void retries(String reason) {}

    /**
     * Something beside the image could not be had or done; the pull goes on without it.
     *
     * @param reason one sentence
     */
    default void warns(String reason) {}
}
