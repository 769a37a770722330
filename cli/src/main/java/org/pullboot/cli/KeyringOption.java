package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pullboot.openpgp.OpenPgpKeyring;
import picocli.CommandLine.Option;

/** Whose signatures count. */
final class KeyringOption {
    /** systemd's own name for it, since version 262. */
    private static final String VARIABLE = "SYSTEMD_OPENPGP_KEYRING";

    @Option(
            names = "--keyring",
            paramLabel = "FILE",
            description = "The OpenPGP keys whose signatures verify=signature takes (default: $$" + VARIABLE
                    + ", else the first that is there of /etc/systemd/import-pubring.pgp, .gpg and"
                    + " /usr/lib/systemd/import-pubring.pgp, .gpg).")
    private Optional<Path> file = Optional.empty();

    /**
     * The keyring.
     *
     * @throws IOException when there is none, or it cannot be read
     */
    OpenPgpKeyring read() throws IOException {
        return OpenPgpKeyring.read(file.or(() -> Optional.ofNullable(System.getenv(VARIABLE))
                        .filter(path -> !path.isEmpty())
                        .map(Path::of))
                .map(List::of)
                .orElse(OpenPgpKeyring.SYSTEMD));
    }
}
