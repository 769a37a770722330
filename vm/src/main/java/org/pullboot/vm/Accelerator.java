package org.pullboot.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the guest's processor is run. */
enum Accelerator {
    /** By the host's processor. */
    KVM,
    /** By translation. */
    TCG;

    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final int PROBE_SECONDS = 5;
    private static final int ROM_SIZE = 0x10000;
    /** isa-debug-exit ends QEMU with twice the written value plus one. */
    private static final int PROBE_STATUS = 2 * 0x10 + 1;

    /**
     * What QEMU's option -accel gets. Processors that are translated at the same time break kernels that patch their own
     * code, so several of them share a thread.
     */
    String argument(int cpus) {
        return switch (this) {
            case KVM -> "kvm";
            case TCG -> cpus == 1 ? "tcg,thread=multi" : "tcg,thread=single";
        };
    }

    /**
     * What QEMU's option -smp gets. QEMU before 8.1 leaves out memory barriers when it translates for a machine that can
     * only have one processor, though its devices run on another thread: a network card may then wait for ever for a
     * doorbell. Room for a second processor keeps the barriers.
     */
    String processors(int cpus) {
        return this == TCG && cpus == 1 ? "1,maxcpus=2" : Integer.toString(cpus);
    }

    /** KVM if it really works here. */
    static Accelerator choose(Path qemu, Path directory) throws IOException, InterruptedException {
        boolean device = Files.isReadable(DEVICE) && Files.isWritable(DEVICE);
        return device && probe(qemu, directory, KVM, "host") ? KVM : TCG;
    }

    /**
     * Whether a machine can do the first things that firmware does. Some clouds offer a KVM that starts and then cannot run
     * code outside of 64-bit mode; only trying shows it.
     */
    static boolean probe(Path qemu, Path directory, Accelerator accelerator, String cpu)
            throws IOException, InterruptedException {
        Path rom = Files.write(directory.resolve("probe.rom"), rom());
        Process process = new ProcessBuilder(List.of(
                        qemu.toString(),
                        "-accel",
                        accelerator.argument(1),
                        "-machine",
                        "pc",
                        "-cpu",
                        cpu,
                        "-m",
                        "16",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-bios",
                        rom.toString(),
                        "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=4"))
                .redirectErrorStream(true)
                .start();
        try {
            Thread watcher = Thread.ofVirtual().start(() -> endOnOutput(process));
            boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            if (ended) {
                watcher.join();
            }
            return ended && process.exitValue() == PROBE_STATUS;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A machine that works says nothing; one that stops on an internal error says so and then waits for ever. */
    private static void endOnOutput(Process process) {
        try (InputStream in = process.getInputStream()) {
            String text = "";
            byte[] chunk = new byte[4096];
            int count = in.read(chunk);
            while (count >= 0) {
                text += new String(chunk, 0, count, StandardCharsets.ISO_8859_1);
                if (text.contains("internal error")) {
                    process.destroyForcibly();
                }
                count = in.read(chunk);
            }
        } catch (IOException e) {
            // The pipe breaks when the process is ended; its status is what counts.
            process.destroyForcibly();
        }
    }

    /** Code at the reset vector that enters 32-bit protected mode, resets the floating-point unit and ends the machine. */
    private static byte[] rom() {
        byte[] rom = new byte[ROM_SIZE];
        Arrays.fill(rom, (byte) 0xF4);
        // cli; lgdt cs:[ff80]; mov eax,cr0; or al,1; mov cr0,eax; jmp 8:ffffff40
        put(rom, 0xFF00, "fa" + "2e660f011680ff" + "0f20c0" + "0c01" + "0f22c0" + "66ea40ffffff0800");
        // finit; mov al,10; out f4,al; hlt
        put(rom, 0xFF40, "9bdbe3" + "b010" + "e6f4" + "f4");
        // A table of two segments: none, and flat code.
        put(rom, 0xFF80, "0f00" + "90ffffff");
        put(rom, 0xFF90, "0000000000000000" + "ffff0000009bcf00");
        // jmp ff00
        put(rom, 0xFFF0, "e90dff");
        return rom;
    }

    private static void put(byte[] rom, int at, String hex) {
        byte[] code = HexFormat.of().parseHex(hex);
        System.arraycopy(code, 0, rom, at, code.length);
    }
}
