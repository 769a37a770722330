package org.pullboot.vm;

/** The kinds of machine that can be emulated. */
public enum GuestArchitecture {
    /** A PC of QEMU's type q35. */
    X86_64("qemu-system-x86_64", "qemu-system-x86", "q35", "max,la57=off,cx16=off");

    private final String program;
    private final String debianPackage;
    private final String machine;
    private final String emulatedProcessor;

    GuestArchitecture(String program, String debianPackage, String machine, String emulatedProcessor) {
        this.program = program;
        this.debianPackage = debianPackage;
        this.machine = machine;
        this.emulatedProcessor = emulatedProcessor;
    }

    /** QEMU's program for it. */
    String program() {
        return program;
    }

    /** The Debian package that has the program. */
    String debianPackage() {
        return debianPackage;
    }

    /** QEMU's name of the machine type. */
    String machine() {
        return machine;
    }

    /**
     * The processor when it is emulated: all that can be, less five-level paging, which makes address spaces slow, and
     * cmpxchg16b, which stops all other processors for each use.
     */
    String emulatedProcessor() {
        return emulatedProcessor;
    }
}
