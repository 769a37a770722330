package org.pullboot.nvme;

/**
 * How a subsystem describes itself in Identify Controller (NVM Express Base 2.0, figure 275).
 *
 * @param serial its serial number, 1 to 20 printable ASCII characters, different for every subsystem
 * @param model its model number, 1 to 40 printable ASCII characters
 * @param firmware its firmware revision, 1 to 8 printable ASCII characters
 */
public record SubsystemIdentity(String serial, String model, String firmware) {
    /**
     * Checks lengths and characters.
     *
     * @throws IllegalArgumentException when one does not fit
     */
    public SubsystemIdentity {
        check("serial number", serial, 20);
        check("model number", model, 40);
        check("firmware revision", firmware, 8);
    }

    private static void check(String what, String text, int limit) {
        if (text.isEmpty() || text.length() > limit || !text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
            throw new IllegalArgumentException(
                    "a " + what + " has 1 to " + limit + " printable ASCII characters, not '" + text + "'");
        }
    }
}
