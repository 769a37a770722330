package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;
import org.pullboot.pull.BootOrigin;
import org.pullboot.uefi.BootUrl;
import org.pullboot.uefi.EfiVarfs;

/** Finds out which URL this machine was booted from: the firmware knows, else the kernel command line says. */
final class Origin {
    private Origin() {}

    /**
     * Makes the firmware's variables readable; nothing happens on machines without UEFI. The image gets the mount as it is, and no
     * init mounts what is there already: so it is writable, though nothing is written here.
     *
     * @param efi /sys/firmware/efi
     */
    static void mountVariables(Path efi, ModuleLoader modules) throws IOException {
        Path variables = efi.resolve("efivars");
        if (Files.isDirectory(variables)) {
            modules.load("efivarfs");
            Mounts.mount("efivarfs", variables, "efivarfs", "", MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC);
        }
    }

    /**
     * The boot URL: of the stub, the boot loader or the boot entry, in this order, else the command line's.
     *
     * @param variables where the firmware's variables are mounted, if they are
     * @param commandLine {@code rd.pullboot.origin=}
     */
    static Optional<BootOrigin> find(Path variables, Optional<BootOrigin> commandLine, Console console) {
        try {
            Optional<BootUrl> url = new EfiVarfs(variables).bootUrl();
            if (url.isPresent()) {
                console.step("booted from " + url.get().url() + " (" + url.get().variable() + ")");
                return Optional.of(new BootOrigin(url.get().url()));
            }
        } catch (IOException unreadable) {
            console.warn(Failure.sentence(unreadable));
        }
        if (commandLine.isPresent()) {
            console.step("booted from " + commandLine.get().url() + " (rd.pullboot.origin=)");
        }
        return commandLine;
    }
}
