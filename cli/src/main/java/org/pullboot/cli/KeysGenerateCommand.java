package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uki.KeySet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a set of keys. */
@Command(
        name = "generate",
        description = {
            "Makes keys for Secure Boot (PK, KEK, db) and for PCR policies (pcr), and the files to enrol them.",
            "Of each Secure Boot key there are NAME.key (for its owner alone), NAME.crt, NAME.der, NAME.esl and NAME.auth; of the"
                    + " other pcr.key and pcr.pub. Whoever has a .key file can sign what your machines boot: keep db.key and pcr.key"
                    + " where images are built, and the others away from there."
        },
        footer = {"", "Example: pullboot keys generate keys && pullboot vm --secure-boot --keys keys"})
final class KeysGenerateCommand implements Callable<Integer> {
    private static final int YEARS = 10;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = "keys",
            description = "Where they go; made if it is not there (default: keys).")
    private Path directory;

    @Option(
            names = "--common-name",
            paramLabel = "NAME",
            defaultValue = "Pullboot",
            description = "The name in the certificates, before PK, KEK and db (default: Pullboot).")
    private String name;

    @Option(
            names = "--bits",
            paramLabel = "N",
            defaultValue = "2048",
            description = "The size of the keys: 2048, 3072 or 4096; some firmware knows 2048 alone (default: 2048).")
    private int bits;

    @Option(
            names = "--days",
            paramLabel = "N",
            description =
                    "For how long the certificates say they are valid; firmware does not look at it (default: ten years).")
    private Optional<Integer> days = Optional.empty();

    @Option(
            names = "--owner",
            paramLabel = "GUID",
            description = "Whose the keys are in the firmware's variables (default: a new one).")
    private Optional<String> owner = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Instant now = SecureBootOptions.sourceDate().orElseGet(Instant::now).truncatedTo(ChronoUnit.SECONDS);
        List<String> files = KeySet.generate(directory, request(now));
        files.forEach(file -> spec.commandLine().getOut().println(directory.resolve(file)));
        return CommandLine.ExitCode.OK;
    }

    private KeySet.Request request(Instant now) {
        try {
            EfiGuid guid = owner.map(EfiGuid::parse).orElseGet(() -> new EfiGuid(UUID.randomUUID()));
            Duration validity = Duration.ofDays(days.orElse(YEARS * 365));
            return new KeySet.Request(name, bits, now, validity, guid);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
