package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.EfiVarfs;
import org.pullboot.uefi.VariableChange;
import org.pullboot.uefi.VariableStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** UEFI boot entries, of this machine or in a variable store file. */
@Command(
        name = "boot",
        description = "UEFI boot entries, on this machine or in a variable store file.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BootAddCommand.class, BootListCommand.class})
final class BootCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Where the entries are; shared by the commands below. */
    static final class Target {
        @Option(
                names = "--vars",
                paramLabel = "FILE",
                description = "A variable store file of a virtual machine (OVMF_VARS.fd) instead of this machine.")
        private Optional<Path> vars;

        BootEntries read() throws IOException {
            return BootEntries.read(
                    vars.isPresent() ? VariableStore.read(vars.get()) : new EfiVarfs(EfiVarfs.DEFAULT_DIRECTORY));
        }

        void apply(List<VariableChange> changes) throws IOException {
            if (vars.isEmpty()) {
                new EfiVarfs(EfiVarfs.DEFAULT_DIRECTORY).apply(changes);
                return;
            }
            VariableStore store = VariableStore.read(vars.get());
            store.apply(changes);
            store.write(vars.get());
        }
    }
}
