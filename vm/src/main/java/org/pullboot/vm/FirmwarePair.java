package org.pullboot.vm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * UEFI firmware for virtual machines.
 *
 * @param code the program, which machines share
 * @param variables a fresh variable store, of which each machine gets a copy
 */
public record FirmwarePair(Path code, Path variables) {
    /** Environment variable that names the program; the next one must too. */
    public static final String CODE_VARIABLE = "PULLBOOT_OVMF_CODE";

    /** Environment variable that names the variable store. */
    public static final String VARIABLES_VARIABLE = "PULLBOOT_OVMF_VARS";

    /**
     * What the environment names, else the first pair where distributions put it.
     *
     * @throws VmException when there is none
     */
    public static FirmwarePair find(GuestArchitecture architecture) throws VmException {
        return find(System.getenv(), candidates(architecture));
    }

    /**
     * The same of those that can do Secure Boot; the store has no keys.
     *
     * @throws VmException when there is none
     */
    static FirmwarePair findSecure(GuestArchitecture architecture) throws VmException {
        return find(System.getenv(), secureCandidates(architecture));
    }

    static FirmwarePair find(Map<String, String> environment, List<FirmwarePair> candidates) throws VmException {
        String code = environment.get(CODE_VARIABLE);
        String variables = environment.get(VARIABLES_VARIABLE);
        if ((code == null) != (variables == null)) {
            throw new VmException("code and variable store of a firmware belong together: set both " + CODE_VARIABLE
                    + " and " + VARIABLES_VARIABLE + ", or neither");
        }
        if (code != null && variables != null) {
            return new FirmwarePair(Path.of(code), Path.of(variables)).checked();
        }
        for (FirmwarePair candidate : candidates) {
            if (candidate.exists()) {
                return candidate;
            }
        }
        throw new VmException(
                "there is no UEFI firmware for virtual machines here: install ovmf (Debian, Ubuntu) or edk2-ovmf "
                        + "(Fedora, Arch), or name one with " + CODE_VARIABLE + " and " + VARIABLES_VARIABLE);
    }

    /**
     * This pair, if both files are there.
     *
     * @throws VmException when one is not
     */
    FirmwarePair checked() throws VmException {
        if (!exists()) {
            throw new VmException("the firmware " + (Files.isRegularFile(code) ? variables : code) + " is not there");
        }
        return this;
    }

    /** Where Debian, Fedora, Arch and openSUSE put it, best first. */
    private static List<FirmwarePair> candidates(GuestArchitecture architecture) {
        return switch (architecture) {
            case X86_64 ->
                List.of(
                        in("/usr/share/OVMF", "OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
                        in("/usr/share/edk2/ovmf", "OVMF_CODE.fd", "OVMF_VARS.fd"),
                        in("/usr/share/edk2/x64", "OVMF_CODE.4m.fd", "OVMF_VARS.4m.fd"),
                        in("/usr/share/edk2-ovmf/x64", "OVMF_CODE.fd", "OVMF_VARS.fd"),
                        in("/usr/share/OVMF", "OVMF_CODE.fd", "OVMF_VARS.fd"),
                        in("/usr/share/qemu", "ovmf-x86_64-4m-code.bin", "ovmf-x86_64-4m-vars.bin"),
                        in("/usr/share/qemu", "ovmf-x86_64-code.bin", "ovmf-x86_64-vars.bin"));
        };
    }

    /** Builds with Secure Boot and the protection of its variables by system management mode. */
    private static List<FirmwarePair> secureCandidates(GuestArchitecture architecture) {
        return switch (architecture) {
            case X86_64 ->
                List.of(
                        in("/usr/share/OVMF", "OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.fd"),
                        in("/usr/share/edk2/ovmf", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"),
                        in("/usr/share/edk2/x64", "OVMF_CODE.secboot.4m.fd", "OVMF_VARS.4m.fd"),
                        in("/usr/share/OVMF", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"),
                        in("/usr/share/qemu", "ovmf-x86_64-smm-code.bin", "ovmf-x86_64-smm-vars.bin"));
        };
    }

    private static FirmwarePair in(String directory, String code, String variables) {
        return new FirmwarePair(Path.of(directory, code), Path.of(directory, variables));
    }

    private boolean exists() {
        return Files.isRegularFile(code) && Files.isRegularFile(variables);
    }
}
