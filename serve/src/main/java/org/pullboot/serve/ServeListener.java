package org.pullboot.serve;

/** Follows what happens in a server. Called from several threads, one call at a time; must return quickly. */
@FunctionalInterface
public interface ServeListener {
    /** Something happened. */
    void on(ServeEvent event);
}
