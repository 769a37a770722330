package org.pullboot.vm;

import java.nio.file.Path;

/** Where QEMU is. */
final class Qemu {
    private Qemu() {}

    /** The program for this kind of machine on a search path like the environment's PATH. */
    static Path find(GuestArchitecture architecture, String searchPath) throws VmException {
        return Programs.find(architecture.program(), searchPath)
                .orElseThrow(() -> new VmException(architecture.program()
                        + " is not installed: on Debian and Ubuntu it is in package " + architecture.debianPackage()
                        + ", on Fedora in qemu-system-x86-core"));
    }
}
