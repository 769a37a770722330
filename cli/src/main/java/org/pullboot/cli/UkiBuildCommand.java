package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.PcrSignatureFile;
import org.pullboot.uki.UkiBuilder;
import org.pullboot.uki.UkiImage;
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
    private PolicyDigestOption digests = new PolicyDigestOption();

    @Mixin
    private PcrSignatureOption signatures = new PcrSignatureOption();

    @Mixin
    private RegisterOptions registers = new RegisterOptions();

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
            names = "--join-pcrsig",
            paramLabel = "FILE",
            description = "Build nothing: join the signatures of --pcrsig to this image, which was built with"
                    + " --policy-digest.")
    private Optional<Path> waiting = Optional.empty();

    @Option(
            names = "--sign-kernel",
            negatable = true,
            description = "With a key for Secure Boot, sign the kernel inside as well, or do not"
                    + " (default: if it is not signed already).")
    private @Nullable Boolean signKernel;

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
        policies.leaveToAnother(digests.isGiven());
        policies.configure(config);
        signatures.configure(config);
        secureBoot.configure(config);
        if (signKernel == null) {
            signKernel = config.flag("SignKernel").orElse(null);
        }
        complaint(config).ifPresent(complaint -> {
            throw new ParameterException(spec.commandLine(), complaint);
        });
        Path target = output.or(() -> parts.linux(config).map(this::beside))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        waiting.isPresent()
                                ? "missing --output, the file for the image with the signatures"
                                : "an addon needs --output, and a unified kernel image --linux"));
        long size = make(config, target);
        if (registers.areWanted()) {
            List<UkiProfile> profiles = new ArrayList<>();
            for (UkiProfile profile : UkiImage.read(target).profiles()) {
                if (isSigned(profile)) {
                    profiles.add(profile);
                }
            }
            registers.print(profiles, policies.banks(), policies.allPhases(), spec.commandLine());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(target + ": " + Amounts.bytes(size));
        if (policies.isOffline()) {
            out.println(
                    registers.json().of(Json.parse(PcrSignatureFile.read(target).toJson())));
        }
        return CommandLine.ExitCode.OK;
    }

    private Optional<String> complaint(UkifyConfig config) {
        if (secureBoot.isIncomplete()) {
            return Optional.of("an image is signed with --secureboot-private-key or with --pkcs11, one of them");
        } else if (Boolean.TRUE.equals(signKernel) && !secureBoot.isGiven()) {
            return Optional.of("--sign-kernel needs --secureboot-private-key or --pkcs11");
        } else if (signatures.isGiven() != waiting.isPresent()) {
            return Optional.of("--pcrsig and --join-pcrsig need each other: signatures, and the image they are for");
        } else if (waiting.isPresent() && (parts.areGiven(config) || policies.isGiven() || registers.areWanted())) {
            return Optional.of("--join-pcrsig takes an image as it is, so nothing else can go into it");
        }
        if (registers.areWanted() && parts.linux(config).isEmpty()) {
            return Optional.of("--measure needs --linux: what an addon brings is measured with the image it is for");
        }
        return policies.complaint(registers.areWanted());
    }

    private long make(UkifyConfig config, Path target) throws IOException {
        if (!secureBoot.isGiven()) {
            return makeUnsigned(config, Optional.empty(), target);
        }
        AuthenticodeSigner signer = secureBoot.signer(passphrase);
        Path whole = target.toAbsolutePath();
        Path unsigned = whole.resolveSibling("." + whole.getFileName() + ".unsigned");
        try {
            makeUnsigned(config, Optional.of(signer), unsigned);
            return signer.sign(unsigned, target);
        } finally {
            Files.deleteIfExists(unsigned);
        }
    }

    private long makeUnsigned(UkifyConfig config, Optional<AuthenticodeSigner> ofKernel, Path target)
            throws IOException {
        if (waiting.isPresent()) {
            PcrSignatureFile.join(waiting.get(), signatures.read(), target);
            return Files.size(target);
        }
        UkiBuilder builder = parts.builder(config);
        if (policies.isGiven()) {
            if (!parts.hasPcrPublicKey(config)) {
                policies.publicKeySection(passphrase).ifPresent(builder::pcrPublicKey);
            }
            PcrPolicySigner signer = policies.signer(passphrase);
            builder.signPcrs(profile -> isSigned(profile) ? signer.sign(profile) : Optional.empty());
        }
        if (ofKernel.isPresent() && !Boolean.FALSE.equals(signKernel)) {
            builder.signKernel(ofKernel.get(), Boolean.TRUE.equals(signKernel));
        }
        return builder.build(target);
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
