package org.pullboot.uefi;

import java.util.Optional;

/**
 * One UEFI variable (UEFI 2.10, section 8.2). Its identity is vendor and name together: two vendors may use one name.
 *
 * @param vendor whose name it is
 * @param name without NUL, not empty
 * @param attributes the EFI_VARIABLE_ bits
 * @param data the value
 */
public record EfiVariable(EfiGuid vendor, String name, int attributes, Bytes data) {
    /** EFI_VARIABLE_NON_VOLATILE. */
    public static final int NON_VOLATILE = 1;

    /** EFI_VARIABLE_BOOTSERVICE_ACCESS. */
    public static final int BOOT_SERVICE_ACCESS = 2;

    /** EFI_VARIABLE_RUNTIME_ACCESS. */
    public static final int RUNTIME_ACCESS = 4;

    /** EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS. */
    public static final int TIME_BASED_AUTHENTICATION = 0x20;

    /** What Boot####, BootOrder and BootNext have. */
    public static final int PERSISTENT = NON_VOLATILE | BOOT_SERVICE_ACCESS | RUNTIME_ACCESS;

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException when it is empty or holds a NUL
     */
    public EfiVariable {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of an EFI variable is not empty and holds no NUL");
        }
    }

    /** Whether this is the variable of that vendor and name. */
    public boolean is(EfiGuid otherVendor, String otherName) {
        return name.equals(otherName) && vendor.equals(otherVendor);
    }

    /** Whether it is a Boot#### variable. */
    public boolean isBootEntry() {
        return BootEntry.numberOf(this) >= 0;
    }

    /** The value as a CHAR16 string up to its NUL, or up to its end when it has none; empty for an odd length. */
    public Optional<String> text() {
        Optional<String> terminated = Ucs2.take(data.buffer());
        if (terminated.isPresent() || data.length() % 2 != 0) {
            return terminated;
        }
        return Optional.of(data.buffer().asCharBuffer().toString());
    }
}
