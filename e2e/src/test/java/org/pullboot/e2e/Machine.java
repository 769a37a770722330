package org.pullboot.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.UefiException;
import org.pullboot.vm.VirtualMachine;
import org.pullboot.vm.VmOptions;
import org.pullboot.vm.VmOutcome;

/** A virtual machine with one CPU and no disk, and what its console showed until the test system had reported or it ended. */
final class Machine {
    // Long enough for a machine that emulates a processor beside other work.
    private static final Duration TIME = Duration.ofMinutes(8);

    private Machine() {}

    /** Boots a URL as hardware does, through UEFI HTTP boot. */
    static Console bootUrl(String url, int memory) throws IOException, InterruptedException, UefiException {
        return run(VmOptions.url(BootUri.parse(url)).memory(memory));
    }

    /**
     * Boots the parts of a UKI without firmware: half a minute less than the whole way, for tests that do not look at it.
     *
     * @param origin what the firmware would have told: the URL of the UKI
     * @param words more words for the kernel command line
     */
    static Console bootParts(UkiParts uki, String origin, int memory, String... words)
            throws IOException, InterruptedException {
        String commandLine = uki.commandLine() + " console=ttyS0 rd.pullboot.origin=" + guest(origin) + " "
                + String.join(" ", words);
        return run(VmOptions.kernel(uki.kernel(), uki.initrd(), commandLine).memory(memory));
    }

    /**
     * The same, for a machine that has a name of its own and whose console is followed while it runs.
     *
     * @param machine its SMBIOS UUID
     * @param follower told everything that the console has shown, each time that there is more
     */
    static Console bootParts(
            UkiParts uki, String origin, int memory, UUID machine, Consumer<String> follower, String... words)
            throws IOException, InterruptedException {
        String commandLine = uki.commandLine() + " console=ttyS0 rd.pullboot.origin=" + guest(origin) + " "
                + String.join(" ", words);
        VmOptions options = VmOptions.kernel(uki.kernel(), uki.initrd(), commandLine)
                .memory(memory)
                .uuid(machine);
        return run(options, new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                follower.accept(toString(StandardCharsets.UTF_8));
            }
        });
    }

    /** The loopback of this machine, as a guest of QEMU's user network reaches it. */
    static String guest(String url) {
        return url.replaceFirst("//(127\\.0\\.0\\.1|localhost)(?=[:/])", "//10.0.2.2");
    }

    /** A machine whose console is read up to this text. */
    static Console run(VmOptions options, String last) throws IOException, InterruptedException {
        return run(options, last, new ByteArrayOutputStream());
    }

    private static Console run(VmOptions options) throws IOException, InterruptedException {
        return run(options, new ByteArrayOutputStream());
    }

    private static Console run(VmOptions options, ByteArrayOutputStream console)
            throws IOException, InterruptedException {
        return run(options, Console.END, console);
    }

    private static Console run(VmOptions options, String last, ByteArrayOutputStream console)
            throws IOException, InterruptedException {
        try (OutputStream file = ConsoleFiles.next()) {
            VmOutcome outcome =
                    VirtualMachine.run(options.expect(last).timeout(TIME), new TeeOutputStream(console, file));
            file.write(("\n" + outcome + "\n").getBytes(StandardCharsets.UTF_8));
            return Console.of(console.toString(StandardCharsets.UTF_8) + "\n" + outcome);
        }
    }
}
