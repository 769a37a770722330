package org.pullboot.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.Kmsg;
import org.pullboot.linux.LinuxException;
import org.pullboot.pull.KernelCommandLine;

/**
 * PID 1 of the initrd: it finds out where the machine was booted from, downloads the image, and becomes the image's init.
 *
 * <p>It must never return or let anything be thrown out of it, as the kernel panics when its first process ends.
 */
public final class Agent {
    private static final String TRAIN = "--train";
    private static final Path ROOT = Path.of("/");

    private Agent() {}

    /**
     * Boots this machine.
     *
     * @param arguments "/init" and the words of the kernel command line that the kernel did not know, which are for the
     *     image's init; or {@code --train} alone, on any machine: exercises the agent for its AOT cache and ends
     */
    public static void main(String[] arguments) {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        if (arguments.length == 1 && arguments[0].equals(TRAIN)) {
            Training.main(out);
        } else {
            asInit(Console.early(out), out, initArguments(arguments));
        }
    }

    private static List<String> initArguments(String[] arguments) {
        List<String> rest = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            rest.add(arguments[i]);
        }
        return rest;
    }

    @SuppressWarnings("CatchingUnchecked") // Whatever happens, the machine's owner is told, and PID 1 does not end.
    private static void asInit(Console early, OutputStream out, List<String> initArguments) {
        Console console = early;
        FailureAction action = FailureAction.DEFAULT;
        boolean debug = false;
        ServerEvents events = new ServerEvents();
        Uptime uptime = Uptime.fromNow();
        try {
            EarlyMounts.mount(ROOT);
            uptime = Uptime.read(ROOT.resolve("proc/uptime"));
            KernelSettings settings = kernelSettings();
            console = Console.open(out, Kmsg.DEVICE, ROOT.resolve("proc/sys/kernel/printk"));
            KernelCommandLine line = KernelCommandLine.read(ROOT.resolve("proc/cmdline"));
            action = Settings.failureAction(line, console);
            debug = Settings.debug(line);
            if (Settings.rescue(line)) {
                new Rescue(ROOT, line, console, events, uptime).run();
                new Failure(console, action, debug).stop(events);
            }
            new Boot(ROOT, line, console, events, uptime, settings).run(initArguments);
        } catch (Throwable thrown) {
            new Failure(console, action, debug).end(thrown, events, uptime.millis());
        }
    }

    private static KernelSettings kernelSettings() throws LinuxException {
        KernelSettings settings = new KernelSettings(ROOT.resolve("proc/sys"));
        settings.hideHandledFaults();
        settings.allowManyMessages();
        settings.takeLongTurns();
        return settings;
    }
}
