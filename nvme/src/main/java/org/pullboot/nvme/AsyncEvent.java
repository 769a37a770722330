package org.pullboot.nvme;

/** Something that a host wants to be told without asking again (NVM Express Base 2.0, figures 146 and 150). */
enum AsyncEvent {
    /** Namespaces came, went, or changed. */
    NAMESPACES_CHANGED(0x04_00_02, 1 << 8),
    /** The discovery log is another. */
    DISCOVERY_CHANGED(0x70_f0_02, 1 << 31);

    private final int result;
    private final int bit;

    AsyncEvent(int result, int bit) {
        this.result = result;
        this.bit = bit;
    }

    /** Dword 0 of the completion: type, information, and the log page that says more. */
    int result() {
        return result;
    }

    /** Its bit in Identify Controller's OAES and in the feature that asks for it. */
    int bit() {
        return bit;
    }
}
