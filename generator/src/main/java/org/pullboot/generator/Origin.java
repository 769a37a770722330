package org.pullboot.generator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.PullException;

/**
 * Where the machine was booted from: what the EFI variable StubDeviceURL says, or else LoaderDeviceURL (Boot Loader
 * Interface).
 *
 * @param known nothing when no variable says
 * @param trouble why a variable that is there could not be understood; null when there is none
 */
record Origin(Optional<BootOrigin> known, @Nullable String trouble) {
    private static final String VARIABLES = "sys/firmware/efi/efivars";
    private static final String VENDOR = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    /** Longer than any URL that firmware takes. */
    private static final int LIMIT = 16 * 1024;

    static Origin of(Path root) {
        Path directory = root.resolve(VARIABLES);
        for (String name : List.of("StubDeviceURL", "LoaderDeviceURL")) {
            try {
                Optional<byte[]> content = Surroundings.file(directory.resolve(name + VENDOR), LIMIT);
                Optional<BootOrigin> origin =
                        content.isEmpty() ? Optional.empty() : BootOrigin.ofVariable(content.get());
                if (origin.isPresent()) {
                    return new Origin(origin, null);
                }
            } catch (PullException e) {
                return new Origin(Optional.empty(), name + ": " + e.getMessage());
            } catch (IOException e) {
                return new Origin(Optional.empty(), "the EFI variable " + name + " cannot be read: " + e.getMessage());
            }
        }
        return new Origin(Optional.empty(), null);
    }
}
