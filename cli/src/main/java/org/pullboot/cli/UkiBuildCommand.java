package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.SectionContent;
import org.pullboot.uki.Stub;
import org.pullboot.uki.UkiBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts a UKI together; options are named as ukify's. */
@Command(
        name = "build",
        description = "Puts a unified kernel image together, as ukify does.",
        footer = {
            "",
            "Example: pullboot uki build --linux vmlinuz --initrd initrd.zst --cmdline 'root=gpt-auto' --output image.efi"
        })
final class UkiBuildCommand implements Callable<Integer> {
    @Option(names = "--linux", paramLabel = "FILE", required = true, description = "The kernel.")
    private Path linux;

    @Option(names = "--initrd", paramLabel = "FILE", description = "An initrd; may be repeated.")
    private List<Path> initrds = List.of();

    @Option(names = "--cmdline", paramLabel = "TEXT|@FILE", description = "The kernel command line.")
    private Optional<String> cmdline = Optional.empty();

    @Option(
            names = "--os-release",
            paramLabel = "TEXT|@FILE",
            description = "What is booted (default: this machine's os-release; empty for none).")
    private Optional<String> osRelease = Optional.empty();

    @Option(names = "--uname", paramLabel = "VERSION", description = "The kernel's version (default: read from it).")
    private Optional<String> uname = Optional.empty();

    @Option(names = "--stub", paramLabel = "FILE", description = "The stub (default: systemd-boot-efi's).")
    private Optional<Path> stub = Optional.empty();

    @Option(names = "--sbat", paramLabel = "TEXT|@FILE", description = "SBAT lines with their header; may be repeated.")
    private List<String> sbat = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The image to write.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        UkiBuilder builder = new UkiBuilder(stub(), linux);
        initrds.forEach(builder::initrd);
        if (cmdline.isPresent()) {
            if (isFile(cmdline.get())) {
                builder.commandLine(SectionContent.of(text(cmdline.get())));
            } else {
                builder.commandLine(cmdline.get());
            }
        }
        builder.osRelease(text(osRelease.orElseGet(UkiBuildCommand::hostOsRelease)));
        uname.ifPresent(builder::kernelVersion);
        for (String lines : sbat) {
            builder.sbat(text(lines));
        }
        long size = builder.build(output);
        spec.commandLine().getOut().println(output + ": " + Amounts.bytes(size));
        return CommandLine.ExitCode.OK;
    }

    private Path stub() throws IOException {
        return stub.isPresent()
                ? stub.get()
                : Stub.find(EfiArchitecture.ofHost()).file();
    }

    private static String hostOsRelease() {
        return Files.exists(Path.of("/etc/os-release")) ? "@/etc/os-release" : "@/usr/lib/os-release";
    }

    private static boolean isFile(String argument) {
        return argument.startsWith("@");
    }

    private static String text(String argument) throws IOException {
        return isFile(argument) ? Files.readString(Path.of(argument.substring(1))) : argument;
    }
}
