package org.pullboot.uefi;

import java.io.IOException;
import java.util.Optional;

/**
 * The URL a machine was booted from.
 *
 * @param url as the firmware has it, not checked
 * @param variable the UEFI variable that tells it: StubDeviceURL, LoaderDeviceURL or Boot####
 */
public record BootUrl(String url, String variable) {
    private static final String CURRENT = "BootCurrent";

    /**
     * Asks the stub, then the boot loader, then the boot entry this start used; empty when none of them names a URL.
     *
     * @throws IOException when a variable is there but cannot be read
     */
    public static Optional<BootUrl> find(Variables variables) throws IOException {
        Optional<BootUrl> url = loader(variables, "StubDeviceURL");
        if (url.isEmpty()) {
            url = loader(variables, "LoaderDeviceURL");
        }
        return url.isPresent() ? url : currentEntry(variables);
    }

    private static Optional<BootUrl> loader(Variables variables, String name) throws IOException {
        Optional<EfiVariable> variable = variables.find(EfiGuid.LOADER, name);
        if (variable.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> text = variable.get().text();
        if (text.isEmpty()) {
            throw new UefiException("the EFI variable " + name + " should hold a UTF-16 text, but has an odd length of "
                    + variable.get().data().length() + " bytes");
        }
        return text.get().isEmpty() ? Optional.empty() : Optional.of(new BootUrl(text.get(), name));
    }

    private static Optional<BootUrl> currentEntry(Variables variables) throws IOException {
        Optional<EfiVariable> current = variables.find(EfiGuid.GLOBAL, CURRENT);
        if (current.isEmpty()) {
            return Optional.empty();
        }
        Bytes number = current.get().data();
        if (number.length() != 2) {
            throw new UefiException("the EFI variable " + CURRENT + " has 2 bytes, not " + number.length());
        }
        String name = BootEntry.name(number.buffer().getShort() & 0xFFFF);
        Optional<EfiVariable> entry = variables.find(EfiGuid.GLOBAL, name);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        LoadOption option = LoadOption.parse(entry.get().data());
        if (option.paths().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> uri = option.paths().get(0).uri();
        return uri.isEmpty() ? Optional.empty() : Optional.of(new BootUrl(uri.get(), name));
    }
}
