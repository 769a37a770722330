package org.pullboot.serve;

/**
 * One of the ways to start that a UKI offers (UAPI specification 5, "Multi-Profile UKIs"). A boot entry chooses by number: its
 * optional data is {@code @N} (docs/PROTOCOL.md).
 *
 * @param id one word, unlike the others' of the UKI
 * @param title what a boot menu shows
 * @param commandLine the kernel's
 */
record BootProfile(String id, String title, String commandLine) {
    /** The content of section .profile. */
    String section() {
        return "ID=" + id + "\nTITLE=\"" + title + "\"\n";
    }
}
