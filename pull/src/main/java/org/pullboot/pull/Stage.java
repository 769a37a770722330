package org.pullboot.pull;

/** How far a boot has come, as docs/PROTOCOL.md names it in events. */
public enum Stage {
    /** The agent runs. */
    STARTED("started"),
    /** The network is up. */
    NETWORK("network"),
    /** The plan is known. */
    PLAN("plan"),
    /** A download goes on. */
    DOWNLOAD("download"),
    /** The disk that has the root file system is being connected. */
    CONNECT("connect"),
    /** The root file system is mounted. */
    ROOT("root"),
    /** The image's own init is about to run. */
    SWITCH_ROOT("switch-root"),
    /** Nothing is booted: the machine shows what it sees. */
    RESCUE("rescue"),
    /** The boot ended without one. */
    FAILED("failed");

    private final String word;

    Stage(String word) {
        this.word = word;
    }

    /** The word on the wire. */
    public String word() {
        return word;
    }

    /**
     * The stage that a word on the wire names.
     *
     * @throws PullException when there is none
     */
    public static Stage of(String word) throws PullException {
        for (Stage stage : values()) {
            if (stage.word.equals(word)) {
                return stage;
            }
        }
        throw new PullException("an event has the unknown stage '" + Text.shown(word) + "'");
    }
}
