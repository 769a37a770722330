package org.pullboot.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The number of a boot entry as boot menus show it: {@code 0003} or {@code Boot0003}. */
final class EntryNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        String digits = text.toLowerCase(Locale.ROOT).startsWith("boot") ? text.substring(4) : text;
        if (!digits.matches("[0-9A-Fa-f]{1,4}")) {
            throw new TypeConversionException(
                    "a boot entry has a number of up to four hexadecimal digits, like 0003, not '" + text + "'");
        }
        return Integer.parseInt(digits, 16);
    }
}
