package org.pullboot.serve;

import org.pullboot.fleet.GenerationId;

/** What a request asks for (docs/PROTOCOL.md). */
sealed interface Target {
    /** A plain name: of the generation that the client's boot is pinned to. */
    record Plain(String name) implements Target {}

    /** A name in a generation that the client names. */
    record Pinned(GenerationId generation, String name) implements Target {}

    /**
     * The agent's plan.
     *
     * @param query undecoded, without the question mark; empty when there is none
     */
    record Plan(String query) implements Target {}

    /** The agent's events. */
    record Events() implements Target {}

    /** Well formed, but nothing that could be here. */
    record Nothing() implements Target {}

    /**
     * Not a request target at all.
     *
     * @param reason one sentence
     */
    record Malformed(String reason) implements Target {}
}
