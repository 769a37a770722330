package org.pullboot.vm;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where QEMU is. */
final class Qemu {
    private Qemu() {}

    /** The program for this kind of machine on a search path like the environment's PATH. */
    static Path find(GuestArchitecture architecture, String searchPath) throws VmException {
        for (String directory : searchPath.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, architecture.program());
            if (!directory.isEmpty() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new VmException(architecture.program() + " is not installed: on Debian and Ubuntu it is in package "
                + architecture.debianPackage() + ", on Fedora in qemu-system-x86-core");
    }
}
