package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.openpgp.OpenPgpKeyPair;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an OpenPGP key. */
@Command(
        name = "openpgp",
        description = {
            "Makes an OpenPGP key (Ed25519) that signs checksum lists, for serve --sign-key.",
            "openpgp.key is the secret key, for its owner alone; openpgp.asc the public key for people; import-pubring.pgp the"
                    + " same for machines: put it into their /etc/systemd, or add it to the keyring that is there, and"
                    + " verify=signature takes what the secret key signed."
        },
        footer = {"", "Example: pullboot keys openpgp keys && pullboot serve --sign-key keys/openpgp.key image.raw.zst"
        })
final class KeysOpenPgpCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = "keys",
            description = "Where the files go; made if it is not there (default: keys).")
    private Path directory;

    @Option(
            names = "--user-id",
            paramLabel = "TEXT",
            defaultValue = "Pullboot images",
            description = "Whose key it is, such as 'Images <me@example.org>' (default: Pullboot images).")
    private String userId;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "For how long it is good; machines refuse an expired key (default: for ever).")
    private Optional<Integer> days = Optional.empty();

    @Mixin
    private PassphraseOptions passphrase;

    @Option(
            names = "--encrypt",
            description = "Encrypt the secret key with a passphrase, asked for if it is not given.")
    private boolean encrypt;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OpenPgpKeyPair.Request request = request();
        char[] secret = encrypt || passphrase.isGiven() ? passphrase.get(OpenPgpKeyPair.SECRET) : new char[0];
        if (encrypt && secret.length == 0) {
            throw new ParameterException(spec.commandLine(), "the passphrase is empty, which encrypts nothing");
        }
        try {
            List<String> files = OpenPgpKeyPair.generate(directory, request, secret);
            files.forEach(file -> spec.commandLine().getOut().println(directory.resolve(file)));
        } finally {
            Arrays.fill(secret, '\0');
        }
        return CommandLine.ExitCode.OK;
    }

    private OpenPgpKeyPair.Request request() throws IOException {
        Instant now = SecureBootOptions.sourceDate().orElseGet(Instant::now).truncatedTo(ChronoUnit.SECONDS);
        try {
            return new OpenPgpKeyPair.Request(userId, now, days.map(Duration::ofDays));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
