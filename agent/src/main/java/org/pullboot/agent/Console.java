package org.pullboot.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.Kmsg;

/**
 * What a person in front of the machine reads. Every line goes to the kernel's log, which shows it on all consoles in
 * order with the kernel's own; a line that the kernel would hide there ("quiet") is written to /dev/console as well.
 *
 * <p>A console that cannot be written to never fails a boot. Safe for use from several threads.
 */
final class Console {
    static final String PREFIX = "pullboot: ";
    private static final int KERNEL_DEFAULT_LEVEL = 7;

    private final OutputStream direct;
    private final @Nullable Kmsg kmsg;
    private final int consoleLevel;

    private Console(OutputStream direct, @Nullable Kmsg kmsg, int consoleLevel) {
        this.direct = direct;
        this.kmsg = kmsg;
        this.consoleLevel = consoleLevel;
    }

    /** A console of which only /dev/console is there yet. */
    static Console early(OutputStream direct) {
        return new Console(direct, null, 0);
    }

    /**
     * The console once /dev and /proc are mounted.
     *
     * @param direct /dev/console
     * @param device {@link Kmsg#DEVICE}, or a file in its place; without it everything goes to {@code direct}
     * @param printk /proc/sys/kernel/printk, or a file in its place
     */
    static Console open(OutputStream direct, Path device, Path printk) {
        try {
            return new Console(direct, Kmsg.open(device), level(printk));
        } catch (IOException noLog) {
            Console console = early(direct);
            console.warn("no kernel log: " + noLog.getMessage());
            return console;
        }
    }

    /** The first number of the file: records below it appear on consoles. */
    private static int level(Path printk) throws IOException {
        String text = new String(Files.readAllBytes(printk), StandardCharsets.ISO_8859_1);
        int level = 0;
        int i = 0;
        for (; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9' && level < 100; i++) {
            level = level * 10 + (text.charAt(i) - '0');
        }
        return i == 0 ? KERNEL_DEFAULT_LEVEL : level;
    }

    /** One step of the boot. */
    void step(String text) {
        write(Kmsg.Level.INFO, text);
    }

    /** Something that is looked over. */
    void warn(String text) {
        write(Kmsg.Level.WARNING, "warning: " + text);
    }

    /** The one sentence that says why there is no boot. */
    void failure(String text) {
        write(Kmsg.Level.CRITICAL, "error: " + text);
    }

    /** A stack trace, for those who asked for it. */
    void trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        int start = 0;
        for (int end = text.toString().indexOf('\n');
                end >= 0;
                end = text.toString().indexOf('\n', start)) {
            write(Kmsg.Level.INFO, text.toString().substring(start, end));
            start = end + 1;
        }
    }

    private synchronized void write(Kmsg.Level level, String text) {
        String line = PREFIX + text;
        boolean shown = log(level, line) && level.value() < consoleLevel;
        if (!shown) {
            print(line);
        }
    }

    private boolean log(Kmsg.Level level, String line) {
        if (kmsg == null) {
            return false;
        }
        try {
            kmsg.write(level, line);
            return true;
        } catch (IOException full) {
            print(PREFIX + "warning: the kernel log takes nothing more: " + full.getMessage());
            return false;
        }
    }

    @SuppressWarnings("EmptyCatch") // Nobody is left who could be told.
    private void print(String line) {
        try {
            direct.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            direct.flush();
        } catch (IOException noConsole) {
            // A machine without any console boots all the same.
        }
    }
}
