package org.pullboot.nvme;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Namespaces that a test changes at will. */
final class FakeExport implements Export {
    static final SubsystemIdentity IDENTITY = new SubsystemIdentity("SN0123", "A model", "fw1");

    private List<Namespace> namespaces;
    /** Whether it has a mistake. */
    boolean broken;

    /** Whether its files cannot be opened. */
    boolean unreadable;

    boolean closed;

    FakeExport(Namespace... namespaces) {
        this.namespaces = List.of(namespaces);
    }

    /** What it has from now on. */
    void show(Namespace... shown) {
        namespaces = List.of(shown);
    }

    @Override
    public SubsystemIdentity identity() {
        return IDENTITY;
    }

    @Override
    public Optional<AuthenticationKeys> authentication() {
        return Optional.empty();
    }

    @Override
    public List<Namespace> namespaces() throws IOException {
        if (unreadable) {
            throw new IOException("the namespaces cannot be opened, as the test asked");
        }
        if (broken) {
            throw new IllegalStateException("the export is broken, as the test asked");
        }
        return namespaces;
    }

    @Override
    public void close() {
        closed = true;
    }
}
