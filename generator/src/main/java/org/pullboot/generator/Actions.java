package org.pullboot.generator;

import java.util.Optional;
import org.pullboot.pull.KernelCommandLine;

/**
 * What the machine does when a pull succeeds or fails, in the words of {@code SuccessAction=} and {@code FailureAction=}
 * (systemd.unit(5)); an empty word is none.
 */
record Actions(String success, String failure) {
    private static final int LIMIT = 64;

    /**
     * Reads {@code systemd.pull.success_action=} and {@code systemd.pull.failure_action=}, the last of each.
     *
     * @param prefix {@code rd.} in an initrd
     */
    static Actions of(KernelCommandLine line, String prefix, GeneratorLog log) {
        return new Actions(
                action(line, prefix + "systemd.pull.success_action", log),
                action(line, prefix + "systemd.pull.failure_action", log));
    }

    private static String action(KernelCommandLine line, String key, GeneratorLog log) {
        Optional<String> value = line.value(key);
        if (value.isEmpty()) {
            return "";
        }
        String word = value.get();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (i >= LIMIT || !((c >= 'a' && c <= 'z') || c == '-')) {
                log.warning(key + "= has a value that is no action: use none, reboot, poweroff, halt, exit, or one of"
                        + " their kin in systemd.unit(5)");
                return "";
            }
        }
        return word;
    }

    boolean onFailure() {
        return !failure.isEmpty() && !failure.equals("none");
    }
}
