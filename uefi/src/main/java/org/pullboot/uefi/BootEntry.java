package org.pullboot.uefi;

import java.util.HexFormat;

/**
 * A Boot#### variable.
 *
 * @param number 0 to 65535
 * @param option its value
 */
public record BootEntry(int number, LoadOption option) {
    static final int MAX_NUMBER = 0xFFFF;

    /** Checks the number. */
    public BootEntry {
        requireNumber(number);
    }

    /** The name of the variable for this number: {@code Boot0099} for 0x99. */
    public static String name(int number) {
        return "Boot" + digits(number);
    }

    /** The number as boot menus show it: four upper-case hexadecimal digits. */
    public static String digits(int number) {
        return HexFormat.of().withUpperCase().toHexDigits((short) requireNumber(number));
    }

    /** The name of the variable. */
    public String name() {
        return name(number);
    }

    /** The number in the name of a Boot#### variable, -1 when it is another variable. */
    static int numberOf(EfiVariable variable) {
        String name = variable.name();
        if (name.length() != 8 || !name.startsWith("Boot") || !variable.vendor().equals(EfiGuid.GLOBAL)) {
            return -1;
        }
        int number = 0;
        for (int i = 4; i < 8; i++) {
            char c = name.charAt(i);
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            number = (number << 4) | digit;
        }
        return number;
    }

    private static int requireNumber(int number) {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("the number of a boot entry is 0 to FFFF, not " + number);
        }
        return number;
    }
}
