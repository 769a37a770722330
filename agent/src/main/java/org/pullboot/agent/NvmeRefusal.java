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

    /** Connect Invalid Host, of the fabrics' command specific status (NVM Express Base 2.0, section 3.3.3.2.1). */
    private static final int HOST_NOT_ALLOWED = 0x184;

    private static final int AUTHENTICATION_REQUIRED = 0x191;
    /** Without the bits that say whether to try again. */
    private static final int STATUS_MASK = 0x7ff;

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
        if (log.contains(" is not allowed") || status(refused.log()) == HOST_NOT_ALLOWED) {
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
        if (status(refused.log()) == AUTHENTICATION_REQUIRED && disk.secret() != null) {
            return new NvmeRefusal(
                    disk.subsystem() + " at " + where + " wants " + disk.host().nqn()
                            + " to authenticate, and this kernel cannot (it lacks CONFIG_NVME_HOST_AUTH): use a newer kernel, or "
                            + "allow this host without a secret",
                    Kind.REFUSED);
        }
        if (refused.error() == Errno.ENOKEY
                || status(refused.log()) == AUTHENTICATION_REQUIRED
                || log.contains("no key")
                || log.contains("authentication required")) {
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

    /** The status that the controller answered with, as "failed to connect queue: 0 ret=401" has it; -1 when none does. */
    private static int status(List<String> log) {
        for (String text : log) {
            int start = text.startsWith("nvme") ? text.indexOf(" ret=") + 5 : 4;
            int status = 0;
            int i = start;
            while (i < text.length() && i < start + 6 && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                status = status * 10 + (text.charAt(i) - '0');
                i++;
            }
            if (start > 4 && i > start) {
                return status & STATUS_MASK;
            }
        }
        return -1;
    }
}
