package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Loads kernel modules, as finit_module(2) does. Needs CAP_SYS_MODULE. Safe for use from several threads. */
public final class KernelModules {
    private static final int MODULE_INIT_COMPRESSED_FILE = 4;

    private KernelModules() {}

    /**
     * Loads a module whose dependencies are loaded.
     *
     * @param file the module, which the kernel unpacks when its name does not end in .ko
     * @param parameters the module's parameters as on a command line; mostly empty
     * @return whether it was loaded now; false when it was there before
     * @throws LinuxException when the kernel refuses: it was built for another kernel (ENOEXEC), say
     */
    public static boolean load(Path file, String parameters) throws LinuxException {
        int flags = file.toString().endsWith(".ko") ? 0 : MODULE_INIT_COMPRESSED_FILE;
        try (OpenFile module = OpenFile.open(file, OpenFile.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            long result = Syscall.call(
                    SyscallNumber.FINIT_MODULE,
                    module.number(),
                    arena.allocateFrom(parameters).address(),
                    flags);
            if (result == -Errno.EEXIST.code()) {
                return false;
            }
            Syscall.check(result, "load kernel module " + file);
            return true;
        }
    }
}
