package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.uki.Authenticode;
import org.pullboot.uki.AuthenticodeSignature;
import org.pullboot.uki.KeyFiles;
import org.pullboot.uki.PcrSignatureVerifier;
import org.pullboot.uki.PhasePath;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies the signatures of an image. */
@Command(
        name = "verify",
        description = "Verifies the signatures of an image: for Secure Boot, and of its PCR policies.",
        footer = {"", "Example: pullboot uki verify image.efi --certificate keys/db.crt --pcr-public-key keys/pcr.pub"})
final class UkiVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The image.")
    private Path file;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Certificates, PEM or DER, that vouch for it as those in db do; may be repeated.")
    private List<Path> certificates = List.of();

    @Option(
            names = "--pcr-public-key",
            paramLabel = "FILE",
            description =
                    "A public key in PEM, or a certificate, whose owner signed the PCR policies; may be repeated.")
    private List<Path> keys = List.of();

    @Option(
            names = "--phase",
            paramLabel = "PATH",
            description = "A phase of the boot that systemd has no word for, and that policies were signed for;"
                    + " may be repeated.")
    private List<String> phases = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (certificates.isEmpty() && keys.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "nothing to verify with: give --certificate or --pcr-public-key");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!certificates.isEmpty()) {
            List<X509Certificate> trusted = new ArrayList<>();
            for (Path path : certificates) {
                trusted.addAll(KeyFiles.certificates(path));
            }
            AuthenticodeSignature signature = Authenticode.verify(file, trusted);
            out.println("signed for Secure Boot by "
                    + signature.signer().getSubjectX500Principal().getName());
        }
        List<PhasePath> paths = phases.stream().map(PhasePath::of).toList();
        for (Path key : keys) {
            for (var policy : new PcrSignatureVerifier(KeyFiles.publicKey(key), paths).verify(file)) {
                out.println("signed for the TPM with " + key + ": profile " + policy.profile() + ", "
                        + policy.bank().label() + ", phase " + policy.phase()
                        + policy.reference()
                                .map(name -> ", policy reference " + name)
                                .orElse(""));
            }
        }
        return CommandLine.ExitCode.OK;
    }
}
