package org.pullboot.vm;

import java.io.OutputStream;
import java.nio.file.Path;

/** A program that starts a machine and ends without closing it. */
public final class AbandonedMachine {
    private AbandonedMachine() {}

    /** Takes the path of a QEMU, prints the process id and the directory of the machine. */
    @SuppressWarnings({"resource", "MustBeClosed"}) // That is the point.
    public static void main(String[] arguments) throws Exception {
        VmOptions options = VmOptions.kernel(Path.of("/vmlinuz"), "").emulated();
        VirtualMachine machine = VirtualMachine.start(options, OutputStream.nullOutputStream(), Path.of(arguments[0]));
        System.out.println(machine.pid() + " " + machine.directory());
        System.exit(0);
    }
}
