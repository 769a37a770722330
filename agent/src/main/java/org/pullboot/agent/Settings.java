package org.pullboot.agent;

import java.util.Optional;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.NvmeRoot;
import org.pullboot.pull.PullException;

/**
 * What the kernel command line tells the agent, apart from the network.
 *
 * @param words Pullboot's own words
 * @param root {@code root=}, or the partition that it names on an NVMe/TCP disk
 * @param nvme {@code root=} when it names an NVMe/TCP disk
 * @param rootHash {@code roothash=}, unless {@code systemd.verity=} is off
 * @param usrHash {@code usrhash=}, likewise
 * @param usrFlags {@code mount.usrflags=}
 * @param usrType {@code mount.usrfstype=}, empty when there is none
 * @param rootFlags {@code rootflags=}
 * @param rootType {@code rootfstype=}, empty when there is none
 * @param readOnly whether {@code ro} was said last of {@code ro} and {@code rw}
 * @param readWrite whether {@code rw} was said last of {@code ro} and {@code rw}
 * @param init {@code init=}
 */
record Settings(
        BootWords words,
        RootOption root,
        Optional<NvmeRoot> nvme,
        Optional<VerityHash> rootHash,
        Optional<VerityHash> usrHash,
        RootFlags usrFlags,
        String usrType,
        RootFlags rootFlags,
        String rootType,
        boolean readOnly,
        boolean readWrite,
        Optional<String> init) {
    private static final String FAILURE_ACTION = "rd.systemd.pull.failure_action";
    private static final String SUCCESS_ACTION = "rd.systemd.pull.success_action";
    private static final String RESCUE = "rd.pullboot.rescue";
    private static final String DEBUG = "rd.pullboot.debug";

    /**
     * Understands a command line.
     *
     * @throws PullException when one of Pullboot's own words cannot be understood
     * @throws AgentException when {@code root=} names something that is never looked at
     */
    static Settings of(KernelCommandLine line) throws PullException, AgentException {
        String root = line.value("root").orElse("gpt-auto");
        Optional<NvmeRoot> nvme = NvmeRoot.parse(root);
        boolean off = VerityHash.isOff(line);
        if (root.equals(RootOption.PROTECTED) && (off || line.value("roothash").isEmpty())) {
            throw new AgentException("root=" + root + " is what roothash= makes, "
                    + (off ? "but systemd.verity= is off" : "which is missing: add it, or use root=gpt-auto"));
        }
        if (root.equals("tmpfs") && (off || line.value("usrhash").isEmpty())) {
            throw new AgentException("root=tmpfs leaves all to /usr, which only usrhash= finds: "
                    + (off ? "but systemd.verity= is off" : "add it, or use root=gpt-auto"));
        }
        return new Settings(
                BootWords.of(line),
                nvme.isPresent() ? RootOption.ofPart(nvme.get().part()) : RootOption.parse(root),
                nvme,
                VerityHash.root(line),
                VerityHash.usr(line),
                RootFlags.parse(line.value("mount.usrflags").orElse("")),
                line.value("mount.usrfstype").orElse(""),
                RootFlags.parse(line.value("rootflags").orElse("")),
                line.value("rootfstype").orElse(""),
                access(line).equals("ro"),
                access(line).equals("rw"),
                line.value("init"));
    }

    private static String access(KernelCommandLine line) {
        String access = "";
        for (String word : line.words()) {
            if (word.equals("ro") || word.equals("rw")) {
                access = word;
            }
        }
        return access;
    }

    /** What to do when the boot fails, which must be known even if nothing else on the line can be understood. */
    static FailureAction failureAction(KernelCommandLine line, Console console) {
        return action(line, FAILURE_ACTION, FailureAction.DEFAULT, console);
    }

    /** Whether the machine's owner said what becomes of a machine that lacks a download, even one that is not its root. */
    static boolean everyDownloadCounts(KernelCommandLine line) {
        Optional<String> word = line.value(FAILURE_ACTION);
        return word.isPresent()
                && !word.get().equals("none")
                && FailureAction.parse(word.get()).isPresent();
    }

    /** What to do once every download is there, instead of going on; as a rule nothing. */
    static FailureAction successAction(KernelCommandLine line, Console console) {
        return action(line, SUCCESS_ACTION, FailureAction.NONE, console);
    }

    private static FailureAction action(KernelCommandLine line, String key, FailureAction otherwise, Console console) {
        Optional<String> word = line.value(key);
        if (word.isEmpty()) {
            return otherwise;
        }
        Optional<FailureAction> action = FailureAction.parse(word.get());
        if (action.isEmpty()) {
            console.warn(key + "=" + word.get() + " is no such action"
                    + (otherwise.ending() == null ? "" : ": " + otherwise.doing() + " will be tried"));
        }
        return action.orElse(otherwise);
    }

    /** Whether nothing is booted, and the machine shows what it sees instead ({@code rd.pullboot.rescue}). */
    static boolean rescue(KernelCommandLine line) {
        return line.flag(RESCUE, false);
    }

    /** Whether stack traces are wanted ({@code rd.pullboot.debug}). */
    static boolean debug(KernelCommandLine line) {
        return line.flag(DEBUG, false);
    }
}
