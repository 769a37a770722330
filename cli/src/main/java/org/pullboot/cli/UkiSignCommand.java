package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.PcrSignatureFile;
import org.pullboot.uki.PcrSignatures;
import org.pullboot.uki.UkiImage;
import org.pullboot.uki.UkiProfile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs an image for Secure Boot, and its PCR policies. */
@Command(
        name = "sign",
        description = {
            "Signs an image for Secure Boot, and the PCR policies that it was built with.",
            "A signature that the image has already stays. The same input gives the same bytes: a signature has no time,"
                    + " unless the environment variable SOURCE_DATE_EPOCH names one."
        },
        footer = {
            "",
            "Example: pullboot uki sign image.efi --secureboot-private-key keys/db.key --secureboot-certificate keys/db.crt"
                    + " --output image.signed.efi"
        })
final class UkiSignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The image.")
    private Path file;

    @Mixin
    private SecureBootOptions secureBoot;

    @Mixin
    private PcrPolicyOptions policies;

    @Mixin
    private PassphraseOptions passphrase;

    @Mixin
    private PolicyDigestOption digests;

    @Mixin
    private PcrSignatureOption signatures;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The signed image; may be the same file.")
    private Optional<Path> output = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        policies.leaveToAnother(digests.isGiven());
        checkUsage();
        if (policies.isOffline()) {
            spec.commandLine().getOut().println(made().toJson());
            return CommandLine.ExitCode.OK;
        }
        Optional<AuthenticodeSigner> signer =
                secureBoot.isGiven() ? Optional.of(secureBoot.signer(passphrase)) : Optional.empty();
        Path target = output.orElseThrow();
        Path whole = target.toAbsolutePath();
        Path joined = whole.resolveSibling("." + whole.getFileName() + ".joined");
        try {
            Path source = join(joined) ? joined : file;
            if (signer.isPresent()) {
                signer.get().sign(source, target);
            } else {
                Files.move(source, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(joined);
        }
        spec.commandLine().getOut().println(target + ": " + Amounts.bytes(Files.size(target)));
        return CommandLine.ExitCode.OK;
    }

    /** Whether there was something to join. */
    private boolean join(Path target) throws IOException {
        if (!policies.isGiven() && !signatures.isGiven()) {
            return false;
        }
        PcrSignatures all = policies.isGiven() ? made() : PcrSignatures.NONE;
        PcrSignatureFile.join(file, all.with(signatures.read()), target);
        return true;
    }

    private PcrSignatures made() throws IOException {
        PcrPolicySigner signer = policies.signer(passphrase);
        PcrSignatures all = PcrSignatures.NONE;
        for (UkiProfile profile : UkiImage.read(file).profiles()) {
            all = all.with(signer.signatures(profile));
        }
        return all;
    }

    private void checkUsage() {
        Optional<String> complaint = policies.complaint(false);
        if (complaint.isPresent()) {
            throw new ParameterException(spec.commandLine(), complaint.get());
        } else if (secureBoot.isIncomplete()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "an image is signed with --secureboot-private-key or with --pkcs11, one of them");
        } else if (!secureBoot.isGiven() && !policies.isGiven() && !signatures.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "nothing to sign with: give --secureboot-private-key, --pkcs11, --pcr-private-key or --pcrsig");
        } else if (output.isEmpty() && !policies.isOffline()) {
            throw new ParameterException(spec.commandLine(), "missing --output, the file for the signed image");
        }
    }
}
