package org.pullboot.e2e;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a machine wrote to its serial console, and what the test system in it said of itself there
 * (files/usr/lib/pullboot-e2e/report).
 *
 * @param text everything, line ends as LF
 */
record Console(String text) {
    /** The last line of the test system's report. */
    static final String END = "PULLBOOT-E2E done";

    private static final String AGENT = "pullboot: ";
    private static final String PREFIX = "PULLBOOT-E2E ";

    static Console of(String raw) {
        return new Console(raw.replace("\r", ""));
    }

    /** Whether the test system came up and finished its report. */
    boolean booted() {
        return text.contains(END);
    }

    /** The lines that the agent said, without their prefix. */
    List<String> agent() {
        return text.lines()
                .filter(line -> line.contains(AGENT))
                .map(line -> line.substring(line.indexOf(AGENT) + AGENT.length()))
                .toList();
    }

    /** The lines that the test system said, without their prefix. */
    List<String> report() {
        return text.lines()
                .filter(line -> line.contains(PREFIX))
                .map(line ->
                        line.substring(line.indexOf(PREFIX) + PREFIX.length()).stripTrailing())
                // The terminal may repeat what it had not sent when the machine powers off.
                .distinct()
                .toList();
    }

    /** The rest of each report line that begins with the word. */
    List<String> said(String word) {
        return report().stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .toList();
    }

    /** The NVMe namespaces that the system has, by size and UUID: their names change from boot to boot. */
    Set<String> namespaces() {
        return said("namespace").stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toSet());
    }

    /** The mounts at a place, first mounted first: {@code TYPE DEVICE OPTIONS}. */
    List<String> mounts(String place) {
        return said("mount").stream()
                .filter(mount -> mount.startsWith(place + " "))
                .map(mount -> mount.substring(place.length() + 1))
                .toList();
    }

    /** What is told to a person when an assertion fails. */
    String tail() {
        int lines = 60;
        List<String> all = text.lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
}
