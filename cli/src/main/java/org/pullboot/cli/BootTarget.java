package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pullboot.uefi.EfiVarfs;
import org.pullboot.uefi.StoreFile;
import org.pullboot.uefi.UefiException;
import org.pullboot.uefi.VariableChange;
import org.pullboot.uefi.VariableStore;
import org.pullboot.uefi.Variables;
import picocli.CommandLine.Option;

/** Where the UEFI variables are; shared by the boot commands. */
final class BootTarget {
    @Option(
            names = "--vars",
            paramLabel = "FILE",
            description = {
                "A variable store of a virtual machine instead of this machine: OVMF_VARS.fd, raw or qcow2,",
                "or the JSON form that virt-fw-vars and QEMU have."
            })
    private Optional<Path> vars;

    /** The variables as they were read, and the way to change them. */
    interface Place {
        Variables variables();

        /** Writes all of these. */
        void write(List<VariableChange> changes) throws IOException;
    }

    boolean isFile() {
        return vars.isPresent();
    }

    Place open() throws IOException {
        if (vars.isEmpty()) {
            return new Machine(new EfiVarfs(EfiVarfs.DEFAULT_DIRECTORY));
        }
        Path file = vars.get();
        byte[] content = StoreFile.read(file);
        try {
            if (JsonVariables.matches(file.toString(), content)) {
                return new Json(file, JsonVariables.parse(content));
            }
            Optional<byte[]> raw = Qcow2.toRaw(content);
            return new Image(file, VariableStore.parse(raw.orElse(content)), raw.isPresent());
        } catch (UefiException e) {
            throw new UefiException(file + ": " + e.getMessage());
        }
    }

    /** Writes the changes and reads them back: some firmware takes a variable and forgets it. */
    void apply(Place place, List<VariableChange> changes) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        place.write(changes);
        Variables after = open().variables();
        for (VariableChange change : changes) {
            if (!change.isMadeIn(after)) {
                throw new UefiException("the variable " + change.name()
                        + " was written, but reads back otherwise: the firmware did not keep it");
            }
        }
    }

    private record Image(Path file, VariableStore variables, boolean qcow2) implements Place {
        @Override
        public void write(List<VariableChange> changes) throws IOException {
            variables.apply(changes);
            byte[] raw = variables.toBytes();
            StoreFile.replace(file, qcow2 ? Qcow2.ofRaw(raw) : raw);
        }
    }

    private record Json(Path file, JsonVariables variables) implements Place {
        @Override
        public void write(List<VariableChange> changes) throws IOException {
            variables.apply(changes);
            StoreFile.replace(file, variables.toBytes());
        }
    }

    private record Machine(EfiVarfs variables) implements Place {
        @Override
        public void write(List<VariableChange> changes) throws IOException {
            variables.apply(changes);
        }
    }
}
