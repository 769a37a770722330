package org.pullboot.vm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntryRequest;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.VariableStore;

/** The files that one run of a machine needs; gone when it is closed. Holds files only, no directories. */
final class WorkDirectory implements AutoCloseable {
    /** The number that virt-fw-vars uses too. */
    static final int ENTRY = 0x99;

    private final Path path;

    WorkDirectory() throws IOException {
        path = Files.createTempDirectory("pullboot-vm-");
    }

    Path path() {
        return path;
    }

    /** A copy of a fresh variable store. */
    Path variables(FirmwarePair firmware) throws IOException {
        return write(VariableStore.read(firmware.variables()));
    }

    /** A copy of a fresh variable store by which the next start boots the URL, before anything else is tried. */
    Path variables(FirmwarePair firmware, BootUri uri) throws IOException {
        VariableStore store = VariableStore.read(firmware.variables());
        BootEntryRequest request = BootEntryRequest.of(uri).at(ENTRY).asNext();
        store.apply(BootEntries.read(store).add(request).changes());
        return write(store);
    }

    private Path write(VariableStore store) throws IOException {
        Path file = path.resolve("variables.fd");
        store.write(file);
        return file;
    }

    @Override
    public void close() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(path);
    }
}
