package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.SecureBootEnrolment;
import org.pullboot.uefi.SecureBootKeys;
import org.pullboot.uefi.UefiException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts Secure Boot keys into a variable store file. */
@Command(
        name = "enroll",
        description = {
            "Puts Secure Boot keys into a variable store file and switches Secure Boot on.",
            "Certificates are X.509, DER or PEM. Revocations in dbx are only ever added to."
        },
        footer = {"", "Example: pullboot boot enroll --vars OVMF_VARS.fd --keys keys/"})
final class BootEnrollCommand implements Callable<Integer> {
    @Mixin
    private BootEdit edit;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "A directory that 'pullboot keys generate' made: PK.der, KEK.der, db.der, owner.guid.")
    private Optional<Path> directory;

    @Option(names = "--pk", paramLabel = "CERT", description = "The platform key; only one.")
    private List<Path> pk = List.of();

    @Option(names = "--kek", paramLabel = "CERT", description = "A key exchange key; may be given several times.")
    private List<Path> kek = List.of();

    @Option(names = "--db", paramLabel = "CERT", description = "Whose executables may run; several times.")
    private List<Path> db = List.of();

    @Option(names = "--dbx", paramLabel = "CERT", description = "Whose executables may not run; several times.")
    private List<Path> dbx = List.of();

    @Option(names = "--owner", paramLabel = "GUID", description = "Stands beside each key; random when not given.")
    private Optional<String> owner;

    @Option(names = "--keep", description = "Keep what KEK and db hold, Microsoft's certificates for example.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!edit.target().isFile()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "keys are enrolled in a file, --vars FILE: on this machine do it in the firmware's setup");
        }
        if (directory.isEmpty() && pk.isEmpty() && kek.isEmpty() && db.isEmpty() && dbx.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "there is nothing to enroll: name --keys DIR, or --pk, --kek, --db or --dbx");
        }
        SecureBootKeys keys = keys();
        BootTarget.Place place = edit.target().open();
        return edit.make(place, SecureBootEnrolment.changes(place.variables(), keys, keep));
    }

    private SecureBootKeys keys() throws IOException {
        Optional<SecureBootKeys> made =
                directory.isPresent() ? Optional.of(SecureBootKeys.read(directory.get())) : Optional.empty();
        return new SecureBootKeys(
                owner(made),
                files(made.map(SecureBootKeys::pk), pk),
                files(made.map(SecureBootKeys::kek), kek),
                files(made.map(SecureBootKeys::db), db),
                files(made.map(SecureBootKeys::dbx), dbx));
    }

    private EfiGuid owner(Optional<SecureBootKeys> made) throws UefiException {
        try {
            return owner.isPresent()
                    ? EfiGuid.parse(owner.get())
                    : made.map(SecureBootKeys::owner).orElseGet(() -> new EfiGuid(UUID.randomUUID()));
        } catch (IllegalArgumentException e) {
            throw new UefiException(
                    "--owner is a GUID like 8be4df61-93ca-11d2-aa0d-00e098032b8c, not '" + owner.orElseThrow() + "'");
        }
    }

    private static List<byte[]> files(Optional<List<byte[]>> made, List<Path> named) throws IOException {
        List<byte[]> files = new ArrayList<>(made.orElse(List.of()));
        for (Path file : named) {
            files.add(SecureBootKeys.file(file));
        }
        return files;
    }
}
