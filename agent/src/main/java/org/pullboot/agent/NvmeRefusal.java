package org.pullboot.agent;

import java.util.List;
import org.pullboot.linux.Errno;

/**
 * Why there is no connection to an NVMe/TCP disk.
 *
 * @param sentence for people
 * @param kind whether trying again may help
 */
record NvmeRefusal(String sentence, Kind kind) {
    enum Kind {
        /** The server is away, or busy: it is waited for. */
        PASSES,
        /** The server said no: it may think better of it while it starts, but not for long. */
        REFUSED,
        /** This machine itself cannot. */
        STAYS
    }

    private static final String[] REASONS = {
        " is not allowed",
        "subsysnqn",
        "no key",
        "authentic",
        "Connect command failed",
        "Connect Invalid",
        "unknown param"
    };

    /** Understands what the kernel says (nvmf_log_connect_error of its sources has the words). */
    static NvmeRefusal of(NvmeDisk disk, String server, NvmeDoor.Answer.Refused refused) {
        String where = server + " port " + disk.port();
        String log = reason(refused.log());
        if (log.contains(" is not allowed")) {
            return new NvmeRefusal(
                    disk.subsystem() + " at " + where + " does not allow the host "
                            + disk.host().nqn() + ": allow it at the server",
                    Kind.REFUSED);
        }
        if (log.contains("subsysnqn")) {
            return new NvmeRefusal(
                    "there is no " + disk.subsystem() + " at " + where + ": is the image still served there?",
                    Kind.REFUSED);
        }
        if (refused.error() == Errno.ENOKEY || log.contains("no key") || log.contains("authentication required")) {
            return new NvmeRefusal(
                    disk.subsystem() + " at " + where + " wants a secret of "
                            + disk.host().nqn() + ", and the server's plan has none: give this host one at the server",
                    Kind.REFUSED);
        }
        if (refused.error() == Errno.EKEYREJECTED || log.contains("authentication") || log.contains("authenticate")) {
            return new NvmeRefusal(
                    "authentication with " + disk.subsystem() + " at " + where + " as "
                            + disk.host().nqn()
                            + " failed: the plan's secrets must be those that the server has for it",
                    Kind.REFUSED);
        }
        return switch (refused.error()) {
            case ECONNREFUSED ->
                passes("nothing listens at " + where + " for NVMe/TCP: start the server of " + disk.subsystem()
                        + " there");
            case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EAGAIN ->
                passes(where + " does not answer for NVMe/TCP ("
                        + refused.error().text() + "): is the server there, and does the network lead to it?");
            case EINVAL, EOPNOTSUPP, ENOENT, ENODEV, EACCES, EPERM ->
                new NvmeRefusal(
                        "this kernel cannot connect to " + disk.subsystem() + ": " + said(refused, log), Kind.STAYS);
            default ->
                passes("there is no connection to " + disk.subsystem() + " at " + where + ": " + said(refused, log));
        };
    }

    private static NvmeRefusal passes(String sentence) {
        return new NvmeRefusal(sentence, Kind.PASSES);
    }

    private static String said(NvmeDoor.Answer.Refused refused, String log) {
        return refused.text() + (log.isEmpty() ? "" : " (" + log + ")");
    }

    /** What the kernel's NVMe drivers logged: the line that has a reason, which only the lines after it follow from. */
    private static String reason(List<String> log) {
        String last = "";
        for (String text : log) {
            if (text.startsWith("nvme") && !text.contains("DHHC-1")) {
                for (String word : REASONS) {
                    if (text.contains(word)) {
                        return text;
                    }
                }
                last = text;
            }
        }
        return last;
    }
}
