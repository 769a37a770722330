package org.pullboot.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds QEMU's command line. */
final class QemuCommand {
    private final Path qemu;
    private final GuestArchitecture architecture;
    private final Accelerator accelerator;

    QemuCommand(Path qemu, GuestArchitecture architecture, Accelerator accelerator) {
        this.qemu = qemu;
        this.architecture = architecture;
        this.accelerator = accelerator;
    }

    /** The program and its arguments. */
    List<String> words(VmOptions options, RunFiles files) {
        List<String> words = new ArrayList<>();
        words.add(qemu.toString());
        add(words, "-accel", accelerator.argument(options.cpus()));
        add(words, "-machine", architecture.machine() + (options.isSecureBoot() ? ",smm=on" : ""));
        add(words, "-cpu", accelerator == Accelerator.KVM ? "host" : architecture.emulatedProcessor());
        add(words, "-smp", accelerator.processors(options.cpus()));
        add(words, "-m", Integer.toString(options.memory()));
        words.add("-nodefaults");
        words.add("-no-user-config");
        words.add("-no-reboot");
        add(words, "-display", "none");
        add(words, "-serial", options.isInteractive() ? "mon:stdio" : "stdio");
        options.uuid().ifPresent(uuid -> add(words, "-uuid", uuid.toString()));
        addFirmware(words, options, files.code(), files.variables());
        if (options.source() instanceof BootSource.Kernel kernel) {
            addKernel(words, kernel);
        }
        addDevices(words, options);
        addTpm(words, files.tpm());
        words.addAll(options.extra());
        return words;
    }

    private static void addFirmware(
            List<String> words, VmOptions options, @Nullable Path code, @Nullable Path variables) {
        if (code == null || variables == null) {
            return;
        }
        if (options.isSecureBoot()) {
            // Only the firmware may change its variables, from system management mode.
            add(words, "-global", "driver=cfi.pflash01,property=secure,value=on");
        }
        add(words, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + escaped(code));
        add(words, "-drive", "if=pflash,unit=1,format=raw,file=" + escaped(variables));
    }

    private static void addTpm(List<String> words, @Nullable Path socket) {
        if (socket == null) {
            return;
        }
        add(words, "-chardev", "socket,id=tpm,path=" + escaped(socket));
        add(words, "-tpmdev", "emulator,id=tpm0,chardev=tpm");
        add(words, "-device", "tpm-crb,tpmdev=tpm0");
    }

    private static void addKernel(List<String> words, BootSource.Kernel kernel) {
        add(words, "-kernel", kernel.kernel().toString());
        Optional<Path> initrd = kernel.initrd();
        initrd.ifPresent(file -> add(words, "-initrd", file.toString()));
        add(words, "-append", kernel.commandLine());
    }

    private static void addDevices(List<String> words, VmOptions options) {
        StringBuilder network = new StringBuilder("user,id=net0");
        for (PortForward forward : options.forwards()) {
            network.append(",hostfwd=tcp:127.0.0.1:")
                    .append(forward.hostPort())
                    .append("-:")
                    .append(forward.guestPort());
        }
        add(words, "-netdev", network.toString());
        // Without its own boot program, which would ask for network boot before the firmware does.
        add(words, "-device", "virtio-net-pci,netdev=net0,romfile=");
        // The firmware's network needs random numbers.
        add(words, "-device", "virtio-rng-pci");
        for (int i = 0; i < options.disks().size(); i++) {
            Disk disk = options.disks().get(i);
            add(words, "-drive", "if=none,id=disk" + i + ",format=" + disk.format() + ",file=" + escaped(disk.file()));
            add(words, "-device", "virtio-blk-pci,drive=disk" + i);
        }
    }

    private static void add(List<String> words, String option, String value) {
        words.add(option);
        words.add(value);
    }

    /** QEMU takes a comma for the next option unless it is doubled. */
    private static String escaped(Path file) {
        return file.toAbsolutePath().toString().replace(",", ",,");
    }
}
