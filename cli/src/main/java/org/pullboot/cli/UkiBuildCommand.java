package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
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

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings as in ukify.conf (default: systemd/ukify.conf below /etc, /run and /usr).")
    private Optional<Path> configuration = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The image to write (default: the kernel's name and .unsigned.efi).")
    private Optional<Path> output = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        UkifyConfig config = config();
        Path target = output.or(() -> parts.linux(config).map(UkiBuildCommand::beside))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "an addon needs --output, and a unified kernel image --linux"));
        long size = parts.builder(config).build(target);
        spec.commandLine().getOut().println(target + ": " + Amounts.bytes(size));
        return CommandLine.ExitCode.OK;
    }

    private UkifyConfig config() throws IOException {
        Optional<Path> file = configuration.or(UkifyConfig::find);
        if (file.isEmpty()) {
            return UkifyConfig.none();
        }
        spec.commandLine().getErr().println("using " + file.get());
        UkifyConfig config = UkifyConfig.read(file.get());
        if (config.asksForSignature()) {
            throw new IOException(
                    file.get() + " asks for signatures, which this command does not make: take the keys out of it");
        }
        return config;
    }

    private static Path beside(Path kernel) {
        return Path.of(kernel.getFileName() + ".unsigned.efi");
    }
}
