package org.pullboot.uki;

import java.util.Optional;

/** The processors EFI programs are made for, with the names and numbers that PE/COFF and systemd use. */
public enum EfiArchitecture {
    X64("x64", 0x8664),
    IA32("ia32", 0x014C),
    AA64("aa64", 0xAA64),
    ARM("arm", 0x01C2),
    RISCV32("riscv32", 0x5032),
    RISCV64("riscv64", 0x5064),
    LOONGARCH32("loongarch32", 0x6232),
    LOONGARCH64("loongarch64", 0x6264);

    private final String suffix;
    private final int machine;

    EfiArchitecture(String suffix, int machine) {
        this.suffix = suffix;
        this.machine = machine;
    }

    /** As it stands in file names: {@code linuxx64.efi.stub}. */
    public String suffix() {
        return suffix;
    }

    /** The Machine field of a PE header, 16 bits. */
    public int machine() {
        return machine;
    }

    /** The one with this Machine field; empty for others. */
    public static Optional<EfiArchitecture> ofMachine(int machine) {
        for (EfiArchitecture architecture : values()) {
            if (architecture.machine == machine) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    /** The one with this suffix; empty for others. */
    public static Optional<EfiArchitecture> ofSuffix(String suffix) {
        for (EfiArchitecture architecture : values()) {
            if (architecture.suffix.equals(suffix)) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    /** That of the machine this program runs on. */
    public static EfiArchitecture ofHost() {
        return switch (System.getProperty("os.arch", "")) {
            case "aarch64" -> AA64;
            case "x86", "i386" -> IA32;
            case "arm" -> ARM;
            case "riscv64" -> RISCV64;
            case "loongarch64" -> LOONGARCH64;
            default -> X64;
        };
    }
}
