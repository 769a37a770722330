package org.pullboot.vm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntryRequest;
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

    /**
     * The machine's variable store: the file that the options name, made when it is not there, else a fresh one in this
     * directory. With a URL the next start boots that, before anything else is tried.
     */
    Path variables(FirmwarePair firmware, VmOptions options) throws IOException {
        Path file = options.variables().orElse(path.resolve("variables.fd"));
        boolean kept = Files.exists(file);
        VariableStore store = VariableStore.read(kept ? file : firmware.variables());
        if (options.source() instanceof BootSource.Url url) {
            BootEntryRequest request =
                    BootEntryRequest.of(GuestUri.of(url.uri())).at(ENTRY).asNext();
            store.apply(BootEntries.read(store).add(request).changes());
        } else if (kept) {
            return file;
        }
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
