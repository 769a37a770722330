package org.pullboot.uefi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The variables in a firmware image in a file, such as OVMF_VARS.fd: EDK2's variable store, of any size, authenticated or not,
 * alone or with the code. Everything but the variables keeps its bytes, and of variables that nobody changes timestamps and
 * counters too. Not thread-safe.
 */
public final class VariableStore implements Variables {
    private final byte[] image;
    private final StoreLayout layout;
    private final boolean pending;
    private final List<StoredVariable> variables;
    private boolean changed;

    private VariableStore(byte[] image) throws UefiException {
        this.image = image;
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        layout = StoreLayout.find(bytes);
        pending = FaultTolerantWrite.isPending(bytes, layout);
        variables = StoredVariable.readAll(bytes, layout);
    }

    /**
     * Reads an image.
     *
     * @throws UefiException when there is no variable store in it, or a damaged one
     */
    public static VariableStore parse(byte[] image) throws UefiException {
        return new VariableStore(image.clone());
    }

    /**
     * Reads an image from a file.
     *
     * @throws IOException when it cannot be read, there is no variable store in it, or a damaged one
     */
    public static VariableStore read(Path file) throws IOException {
        byte[] content = StoreFile.read(file);
        try {
            return new VariableStore(content);
        } catch (UefiException e) {
            throw new UefiException(file + ": " + e.getMessage());
        }
    }

    @Override
    public Optional<EfiVariable> find(EfiGuid vendor, String name) {
        return StoredVariable.find(variables, vendor, name).map(StoredVariable::variable);
    }

    @Override
    public List<EfiVariable> all() {
        return variables.stream().map(StoredVariable::variable).toList();
    }

    /** When a variable was signed; empty when it is not there, {@link EfiTime#NONE} when it is not authenticated by time. */
    public Optional<EfiTime> time(EfiGuid vendor, String name) {
        return StoredVariable.find(variables, vendor, name).map(StoredVariable::timestamp);
    }

    /**
     * Sets a variable. After a change the variables are in the order of their names.
     *
     * @throws UefiException when it does not fit, or firmware would undo the change; nothing is changed then
     */
    public void put(EfiVariable variable) throws UefiException {
        apply(List.of(new VariableChange.Write(variable)));
    }

    /**
     * Removes a variable; nothing happens when it is not there.
     *
     * @throws UefiException when firmware would undo the change
     */
    public void remove(EfiGuid vendor, String name) throws UefiException {
        apply(List.of(new VariableChange.Delete(vendor, name)));
    }

    /**
     * Does all of these or none.
     *
     * @throws UefiException when they do not fit, or firmware would undo them; nothing is changed then
     */
    public void apply(List<VariableChange> changes) throws UefiException {
        if (changes.isEmpty()) {
            return;
        }
        if (pending) {
            throw new UefiException(
                    "the firmware has an unfinished write in this variable store and would put it over any "
                            + "change: start the machine once with it, or take a fresh copy");
        }
        List<StoredVariable> result = new ArrayList<>(variables);
        for (VariableChange change : changes) {
            switch (change) {
                case VariableChange.Write write -> set(result, write.variable(), EfiTime.NONE);
                case VariableChange.Enrol enrol -> {
                    if (!layout.authenticated()) {
                        throw new UefiException(
                                "this variable store is of the old kind that holds no signed variables, " + "so no "
                                        + enrol.variable().name() + ": take one of firmware with Secure Boot");
                    }
                    set(result, enrol.variable(), enrol.time());
                }
                case VariableChange.Delete delete ->
                    result.removeIf(old -> old.variable().is(delete.vendor(), delete.name()));
            }
        }
        checkFit(result);
        if (!result.equals(variables)) {
            result.sort(StoredVariable.ORDER);
            changed = true;
            variables.clear();
            variables.addAll(result);
        }
    }

    /** How many bytes new variables may still take, their headers included. */
    public int freeBytes() {
        return Math.max(0, layout.end() - StoredVariable.align(end(variables)));
    }

    /** The image as it is now; the same bytes as were read when no variable has changed. */
    public byte[] toBytes() {
        byte[] result = image.clone();
        if (changed) {
            Arrays.fill(result, layout.first(), layout.end(), (byte) 0xFF);
            ByteBuffer target = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
            target.position(layout.first());
            for (StoredVariable variable : variables) {
                variable.writeTo(target, layout.authenticated());
            }
        }
        return result;
    }

    /**
     * Writes the image to a file, see {@link StoreFile#replace}.
     *
     * @throws IOException when that fails
     */
    public void write(Path file) throws IOException {
        StoreFile.replace(file, toBytes());
    }

    private static void set(List<StoredVariable> target, EfiVariable variable, EfiTime time) {
        for (int i = 0; i < target.size(); i++) {
            StoredVariable old = target.get(i);
            if (old.variable().is(variable.vendor(), variable.name())) {
                target.set(i, old.with(variable, time));
                return;
            }
        }
        target.add(StoredVariable.of(variable).with(variable, time));
    }

    private void checkFit(List<StoredVariable> result) throws UefiException {
        for (StoredVariable stored : result) {
            int most = layout.maxVariable(stored.variable());
            if (stored.size(layout) > most && !variables.contains(stored)) {
                throw new UefiException("the variable " + stored.variable().name() + " would have "
                        + stored.size(layout) + " bytes, but this firmware takes at most " + most + " for one");
            }
        }
        if (end(result) > layout.end()) {
            throw new UefiException("the variable store has room for " + (layout.end() - layout.first())
                    + " bytes of variables, but they would have " + (end(result) - layout.first())
                    + ": remove some first");
        }
    }

    private int end(List<StoredVariable> stored) {
        int end = layout.first();
        for (StoredVariable variable : stored) {
            end = StoredVariable.align(end) + variable.size(layout);
        }
        return end;
    }
}
