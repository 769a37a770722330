package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.uki.PcrSignatures;
import org.pullboot.uki.PeException;
import org.pullboot.uki.UkifyConfig;
import picocli.CommandLine.Option;

/** PCR signatures that another made, as ukify takes them. */
final class PcrSignatureOption {
    @Option(
            names = "--pcrsig",
            paramLabel = "JSON|@FILE",
            description = "PCR signatures that were made elsewhere, to join to the policies of the image.")
    private Optional<String> signatures = Optional.empty();

    /** Takes what the option does not say from a configuration file. */
    void configure(UkifyConfig config) {
        signatures = signatures.or(() -> config.value("PCRSig"));
    }

    boolean isGiven() {
        return signatures.isPresent();
    }

    /**
     * None when the option is not given.
     *
     * @throws PeException when they are not what they should be
     * @throws IOException when the file cannot be read
     */
    PcrSignatures read() throws IOException {
        if (signatures.isEmpty()) {
            return PcrSignatures.NONE;
        }
        String argument = signatures.get();
        return PcrSignatures.parse(
                argument.startsWith("@") ? Files.readString(Path.of(argument.substring(1))) : argument);
    }
}
