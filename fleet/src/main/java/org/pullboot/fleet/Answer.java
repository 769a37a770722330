package org.pullboot.fleet;

/** What the fleet has under a name for one request. */
public sealed interface Answer {
    /**
     * It is there.
     *
     * @param artifact to be closed by the receiver
     */
    record Found(OpenArtifact artifact) implements Answer {}

    /**
     * It was there, but its file was written in place since.
     *
     * @param artifact what it was
     * @param superseded whether a newer generation of the same source is there: these bytes will not come back
     */
    record Withdrawn(Artifact artifact, boolean superseded) implements Answer {}

    /** There is no such thing. */
    record Absent() implements Answer {}
}
