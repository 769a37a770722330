package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The number that the maker gave this machine: its SMBIOS UUID. */
final class MachineId {
    private static final int UUID_LENGTH = 36;

    private MachineId() {}

    /**
     * Reads it.
     *
     * @param dmi /sys/class/dmi/id, or a directory in its place
     * @return the UUID in lower case; null when there is none, or one that every such machine has
     */
    static @Nullable String read(Path dmi) throws IOException {
        Path file = dmi.resolve("product_uuid");
        if (!Files.exists(file)) {
            return null;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        StringBuilder uuid = new StringBuilder(UUID_LENGTH);
        boolean varied = false;
        for (int i = 0; i < text.length(); i++) {
            char c = Character.toLowerCase(text.charAt(i));
            boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!digit && c != '-') {
                return null;
            }
            varied |= digit && c != '0' && c != 'f';
            uuid.append(c);
        }
        return varied && uuid.length() == UUID_LENGTH ? uuid.toString() : null;
    }
}
