package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.PcrSignatureFile;
import org.pullboot.uki.UkiBuilder;
import org.pullboot.uki.UkiProfile;
import org.pullboot.uki.UkifyConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a UKI together; options are named as ukify's. */
@Command(
        name = "build",
        description = "Puts a unified kernel image, an addon or a profile together, as ukify does, byte for byte.",
        footer = {
            "",
            "Example: pullboot uki build --linux vmlinuz --initrd initrd.zst --cmdline 'root=gpt-auto' --output image.efi"
        })
final class UkiBuildCommand implements Callable<Integer> {
    @Mixin
    private UkiParts parts = new UkiParts();

    @Mixin
    private PcrPolicyOptions policies = new PcrPolicyOptions();

    @Mixin
    private SecureBootOptions secureBoot = new SecureBootOptions();

    @Mixin
    private PassphraseOptions passphrase = new PassphraseOptions();

    @Option(
            names = "--sign-profile",
            paramLabel = "ID",
            description = "Sign the PCR policies of this profile; may be repeated (default: of all).")
    private List<String> signedProfiles = List.of();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings as in ukify.conf (default: systemd/ukify.conf below /etc, /run and /usr).")
    private Optional<Path> configuration = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The image to write (default: the kernel's name and .efi, or .unsigned.efi).")
    private Optional<Path> output = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        UkifyConfig config = config();
        policies.configure(config);
        secureBoot.configure(config);
        policies.complaint().ifPresent(complaint -> {
            throw new ParameterException(spec.commandLine(), complaint);
        });
        if (secureBoot.isIncomplete()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "an image is signed with --secureboot-private-key or with --pkcs11, one of them");
        }
        Path target = output.or(() -> parts.linux(config).map(this::beside))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "an addon needs --output, and a unified kernel image --linux"));
        long size = build(config, target);
        spec.commandLine().getOut().println(target + ": " + Amounts.bytes(size));
        if (policies.isOffline()) {
            spec.commandLine().getOut().println(PcrSignatureFile.read(target).toJson());
        }
        return CommandLine.ExitCode.OK;
    }

    private long build(UkifyConfig config, Path target) throws IOException {
        UkiBuilder builder = parts.builder(config);
        if (policies.isGiven()) {
            if (!parts.hasPcrPublicKey(config)) {
                policies.publicKeySection(passphrase).ifPresent(builder::pcrPublicKey);
            }
            PcrPolicySigner signer = policies.signer(passphrase);
            builder.signPcrs(profile -> isSigned(profile) ? signer.sign(profile) : Optional.empty());
        }
        if (!secureBoot.isGiven()) {
            return builder.build(target);
        }
        AuthenticodeSigner signer = secureBoot.signer(passphrase);
        Path whole = target.toAbsolutePath();
        Path unsigned = whole.resolveSibling("." + whole.getFileName() + ".unsigned");
        try {
            builder.build(unsigned);
            return signer.sign(unsigned, target);
        } finally {
            Files.deleteIfExists(unsigned);
        }
    }

    private boolean isSigned(UkiProfile profile) throws IOException {
        return signedProfiles.isEmpty() || signedProfiles.contains(profile.id().orElse(""));
    }

    private UkifyConfig config() throws IOException {
        Optional<Path> file = configuration.or(UkifyConfig::find);
        if (file.isEmpty()) {
            return UkifyConfig.none();
        }
        spec.commandLine().getErr().println("using " + file.get());
        return UkifyConfig.read(file.get());
    }

    private Path beside(Path kernel) {
        return Path.of(kernel.getFileName() + (secureBoot.isGiven() ? ".efi" : ".unsigned.efi"));
    }
}
