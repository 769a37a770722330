package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.pullboot.serve.VolumeAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What machines wrote to their disks. */
@Command(
        name = "volume",
        description = "The volumes that machines write to, of a running server or without one.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {VolumeListCommand.class, VolumeShowCommand.class})
final class VolumeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(
            name = "snapshot",
            description = "Keeps what a volume holds now, under a name; its machine may run.",
            footer = {"", "Example: pullboot volume snapshot root-2f1c4d7e-90ab before-upgrade"})
    void snapshot(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume,
            @Parameters(paramLabel = "NAME", description = "What to call the snapshot.") String name,
            @Option(names = "--delete", description = "Forget the snapshot of this name instead.") boolean delete)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            if (delete) {
                admin.deleteSnapshot(volume, name);
            } else {
                admin.snapshot(volume, name);
            }
        }
    }

    @Command(
            name = "rollback",
            description = "Makes a volume what it was when a snapshot was taken; its machine must not run.",
            footer = {"", "Example: pullboot volume rollback root-2f1c4d7e-90ab before-upgrade"})
    void rollback(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume,
            @Parameters(paramLabel = "NAME", description = "The snapshot.") String name)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            admin.rollback(volume, name);
        }
    }

    @Command(
            name = "reset",
            description =
                    "Throws away all that a machine wrote: it starts from the newest image. The machine must not run.",
            footer = {"", "Example: pullboot volume reset root-2f1c4d7e-90ab"})
    void reset(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            admin.reset(volume);
        }
    }

    @Command(
            name = "promote",
            description = "Makes a new image of what a machine has on its disk: its base and all that was written.",
            footer = {"", "Example: pullboot volume promote root-2f1c4d7e-90ab golden.raw"})
    void promote(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume,
            @Parameters(paramLabel = "IMAGE", description = "The new image's file; it appears when it is whole.")
                    Path image)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            admin.promote(volume, image);
        }
    }

    @Command(
            name = "export",
            description = "Copies what is on a disk into a file: raw, or qcow2 when its name ends so (with qemu-img).",
            footer = {"", "Example: pullboot volume export data-2f1c4d7e-90ab data.qcow2"})
    void export(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume,
            @Parameters(paramLabel = "FILE", description = "The file.") Path file)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            admin.export(volume, file);
        }
    }

    @Command(
            name = "delete",
            description = "Removes a volume with all that was written to it; its machine must not run.",
            footer = {"", "Example: pullboot volume delete root-2f1c4d7e-90ab"})
    void delete(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            admin.delete(volume);
        }
    }

    @Command(
            name = "check",
            description = "Looks for damage in the files of a volume; status 1 when there is some.",
            footer = {"", "Example: pullboot volume check root-2f1c4d7e-90ab"})
    int check(
            @Mixin StateOption state,
            @Parameters(paramLabel = "VOLUME", description = "The volume's id.") String volume)
            throws IOException {
        try (VolumeAdmin admin = state.volumes()) {
            List<String> findings = admin.check(volume);
            findings.forEach(spec.commandLine().getOut()::println);
            return findings.isEmpty() ? 0 : Pullboot.FAILED;
        }
    }
}
