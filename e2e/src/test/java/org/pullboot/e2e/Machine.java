package org.pullboot.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A virtual machine with one CPU, whose console is kept until it ends. */
final class Machine {
    /** Long enough for a machine that emulates a processor beside other work. */
    static final Duration TIME = Duration.ofMinutes(6);

    private Machine() {}

    /** Boots a URL through UEFI HTTP boot, by {@code pullboot vm}, until the test system has reported. */
    static Console bootUrl(String url, int memory) throws IOException, InterruptedException {
        return run(Checkout.pullboot(
                "vm",
                url,
                "--memory",
                Integer.toString(memory),
                "--expect",
                Console.END,
                "--timeout",
                Long.toString(TIME.toSeconds())));
    }

    /**
     * Boots the parts of a UKI without firmware: half a minute less than the whole way, for tests that do not look at it.
     *
     * @param origin what the firmware would have told: the URL of the UKI as the guest sees it
     * @param extra more words for the kernel command line
     */
    static Console bootParts(UkiParts uki, String origin, int memory, String... extra)
            throws IOException, InterruptedException {
        return run(List.of(
                "qemu-system-x86_64",
                "-machine",
                "q35",
                "-accel",
                "tcg,thread=single",
                "-cpu",
                "max,la57=off,cx16=off",
                "-smp",
                "1",
                "-m",
                Integer.toString(memory),
                "-nodefaults",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-no-reboot",
                "-netdev",
                "user,id=n0",
                "-device",
                "virtio-net-pci,netdev=n0,romfile=",
                "-device",
                "virtio-rng-pci",
                "-kernel",
                uki.kernel().toString(),
                "-initrd",
                uki.initrd().toString(),
                "-append",
                uki.commandLine() + " rd.pullboot.origin=" + guest(origin) + " " + String.join(" ", extra)));
    }

    /** The loopback of this machine, as a guest of QEMU's user network reaches it. */
    static String guest(String url) {
        return url.replaceFirst("//(127\\.0\\.0\\.1|localhost)(?=[:/])", "//10.0.2.2");
    }

    private static Console run(List<String> command) throws IOException, InterruptedException {
        try (var process = new RunningProcess(Path.of("").toAbsolutePath(), command)) {
            process.exitStatus(TIME);
            return Console.of(String.join("\n", process.lines()));
        }
    }
}
