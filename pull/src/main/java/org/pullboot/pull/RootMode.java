package org.pullboot.pull;

/** How a machine gets its root file system. */
public enum RootMode {
    /** The image is downloaded into memory. */
    RAM("ram"),
    /** The image is a namespace of an NVMe/TCP subsystem and is read on demand. */
    NVME("nvme");

    private final String word;

    RootMode(String word) {
        this.word = word;
    }

    /** The word for it on the kernel command line and in a plan. */
    public String word() {
        return word;
    }

    /**
     * The mode that a word means.
     *
     * @param where what the word is in, for the message
     * @throws PullException when it means none
     */
    static RootMode of(String word, String where) throws PullException {
        for (RootMode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        throw new PullException(where + " has the root mode '" + Text.shown(word) + "': use ram or nvme");
    }
}
