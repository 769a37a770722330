package org.pullboot.agent;

import java.nio.file.Path;
import java.util.List;
import org.pullboot.linux.Errno;
import org.pullboot.linux.KernelLog;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.NvmeFabrics;

/** The running kernel's NVMe over Fabrics initiator. */
final class KernelNvmeDoor implements NvmeDoor {
    private static final String INSTANCE = "instance=";

    private final NvmeFabrics fabrics;
    private final Path log;

    /**
     * Nothing is opened yet.
     *
     * @param device {@link NvmeFabrics#DEVICE}, or a file in its place
     * @param log /dev/kmsg, or a file in its place
     */
    KernelNvmeDoor(Path device, Path log) {
        this.fabrics = new NvmeFabrics(device);
        this.log = log;
    }

    @Override
    public String options() {
        try {
            return fabrics.options();
        } catch (LinuxException doesNotTell) {
            return "";
        }
    }

    @Override
    public Answer connect(String line) {
        try (KernelLog news = KernelLog.open(log)) {
            try {
                return answer(fabrics.connect(line));
            } catch (LinuxException refused) {
                return new Answer.Refused(refused.errno(), Failure.sentence(refused), news.news());
            }
        } catch (LinuxException noLog) {
            return new Answer.Refused(noLog.errno(), Failure.sentence(noLog), List.of());
        }
    }

    /** {@code instance=0,cntlid=1}. */
    static Answer answer(String text) {
        int start = text.indexOf(INSTANCE);
        int number = -1;
        for (int i = start + INSTANCE.length(); start >= 0 && i < text.length() && i < start + 18; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = Math.max(0, number) * 10 + digit;
        }
        return number < 0
                ? new Answer.Refused(
                        Errno.EPROTO, "expected instance=N of the kernel, which says '" + text + "'", List.of())
                : new Answer.Connected(number);
    }
}
