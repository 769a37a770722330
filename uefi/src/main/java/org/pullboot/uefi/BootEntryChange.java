package org.pullboot.uefi;

import java.util.List;

/**
 * What it takes to have a boot entry.
 *
 * @param entry the entry as it will be
 * @param existed whether an entry with that path was there before
 * @param changes what to write, in an order that is safe to stop in between; empty when all is as wanted
 */
public record BootEntryChange(BootEntry entry, boolean existed, List<VariableChange> changes) {
    /** Copies the list. */
    public BootEntryChange {
        changes = List.copyOf(changes);
    }
}
