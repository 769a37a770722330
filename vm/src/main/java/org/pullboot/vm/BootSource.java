package org.pullboot.vm;

import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.uefi.BootUri;

/** What a virtual machine boots. */
public sealed interface BootSource {
    /**
     * A URL, by UEFI HTTP boot.
     *
     * @param uri as seen from this machine: a loopback host means this machine, not the guest
     */
    record Url(BootUri uri) implements BootSource {}

    /**
     * A kernel that QEMU loads itself, without firmware.
     *
     * @param kernel its file
     * @param initrd its initrd, if it has one
     * @param commandLine its command line
     */
    record Kernel(Path kernel, Optional<Path> initrd, String commandLine) implements BootSource {}

    /** What the firmware finds by itself, on disks for instance. */
    record Firmware() implements BootSource {}
}
