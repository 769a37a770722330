package org.pullboot.nvme;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that a host sees through one controller, by id.
 *
 * <p>Readers never wait and see one consistent table; changes come from one thread at a time.
 */
final class NamespaceTable {
    /** A namespace as it was when it was last looked at, so that a change of its size is noticed. */
    private record Entry(Namespace namespace, long size, boolean writable) {
        Entry(Namespace namespace) {
            this(namespace, namespace.device().size(), namespace.device().writable());
        }

        boolean looksLike(Entry other) {
            return size == other.size
                    && writable == other.writable
                    && namespace.uuid().equals(other.namespace.uuid());
        }
    }

    private static final @Nullable Entry[] NONE = new Entry[Namespace.LAST_ID + 1];

    /** Written only as a whole; what it points to does not change. */
    private volatile @Nullable Entry[] entries = NONE;

    /** The namespace of an id, of whatever value; null when there is none. */
    @Nullable
    Namespace get(int id) {
        if (id < 1 || id > Namespace.LAST_ID) {
            return null;
        }
        Entry entry = entries[id];
        return entry == null ? null : entry.namespace;
    }

    /** All, in the order of their ids. */
    List<Namespace> all() {
        List<Namespace> all = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry != null) {
                all.add(entry.namespace);
            }
        }
        return all;
    }

    /** Forgets them. */
    void clear() {
        entries = NONE;
    }

    /**
     * Takes these for those that were there before.
     *
     * @return the ids of those that came, went, or look different to the host, in ascending order
     * @throws IllegalArgumentException when two have one id; then nothing changes
     */
    List<Integer> replace(List<Namespace> namespaces) {
        @Nullable Entry[] before = entries;
        @Nullable Entry[] now = new Entry[Namespace.LAST_ID + 1];
        for (Namespace namespace : namespaces) {
            if (now[namespace.id()] != null) {
                throw new IllegalArgumentException("two namespaces have the id " + namespace.id());
            }
            now[namespace.id()] = new Entry(namespace);
        }
        List<Integer> changed = new ArrayList<>();
        for (int id = 1; id <= Namespace.LAST_ID; id++) {
            Entry old = before[id];
            Entry young = now[id];
            boolean same = old == null ? young == null : (young != null && old.looksLike(young));
            if (!same) {
                changed.add(id);
            }
        }
        entries = now;
        return changed;
    }
}
