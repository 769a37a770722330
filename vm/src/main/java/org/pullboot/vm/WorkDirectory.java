package org.pullboot.vm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntryRequest;
import org.pullboot.uefi.SecureBootEnrolment;
import org.pullboot.uefi.VariableChange;
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
        List<VariableChange> changes = new ArrayList<>();
        if (options.keys().isPresent()) {
            changes.addAll(SecureBootEnrolment.changes(store, options.keys().get(), false));
        }
        if (options.source() instanceof BootSource.Url url) {
            changes.addAll(BootEntries.read(store).add(request(url, options)).changes());
        }
        if (!kept || !changes.isEmpty()) {
            store.apply(changes);
            store.write(file);
        }
        return file;
    }

    private static BootEntryRequest request(BootSource.Url url, VmOptions options) throws IOException {
        BootEntryRequest request =
                BootEntryRequest.of(GuestUri.of(url.uri())).at(ENTRY).asNext();
        return options.profile().isPresent()
                ? request.ofProfile(options.profile().getAsInt())
                : request;
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
