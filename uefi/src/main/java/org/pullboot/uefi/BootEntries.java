package org.pullboot.uefi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The boot entries of a machine at one moment (UEFI 2.10, section 3.1), and what to write to change them. It writes nothing
 * itself: each change is a list of variables in an order that leaves a machine that boots, wherever one stops. Immutable.
 */
public final class BootEntries {
    private static final String ORDER = "BootOrder";
    private static final String NEXT = "BootNext";
    private static final String CURRENT = "BootCurrent";

    private final Map<Integer, EfiVariable> variables = new TreeMap<>();
    private final Map<Integer, BootEntry> entries = new TreeMap<>();
    private final Map<Integer, String> unreadable = new TreeMap<>();
    private final Map<String, Integer> attributes = new HashMap<>();
    private final List<Integer> order;
    private final OptionalInt next;
    private final OptionalInt current;

    private BootEntries(Variables source) throws IOException {
        for (EfiVariable variable : source.all()) {
            if (variable.vendor().equals(EfiGuid.GLOBAL)) {
                attributes.put(variable.name(), variable.attributes());
            }
            int number = BootEntry.numberOf(variable);
            if (number >= 0) {
                variables.put(number, variable);
                readEntry(number, variable);
            }
        }
        order = numbers(source, ORDER);
        next = number(source, NEXT);
        current = number(source, CURRENT);
    }

    /**
     * Reads them.
     *
     * @throws IOException when the variables cannot be read, or BootOrder, BootNext or BootCurrent is malformed
     */
    public static BootEntries read(Variables source) throws IOException {
        return new BootEntries(source);
    }

    /** All that can be read, by number. */
    public List<BootEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** The entry of this number, if it can be read. */
    public Optional<BootEntry> entry(int number) {
        return Optional.ofNullable(entries.get(number));
    }

    /** Boot#### variables that hold no boot entry: number and reason. They keep their number and are never overwritten. */
    public Map<Integer, String> unreadable() {
        return Map.copyOf(unreadable);
    }

    /** BootOrder: the numbers the firmware tries, first to last. */
    public List<Integer> order() {
        return order;
    }

    /** BootNext: what the next start boots. */
    public OptionalInt next() {
        return next;
    }

    /** BootCurrent: what this start booted. */
    public OptionalInt current() {
        return current;
    }

    /**
     * What it takes to have this entry.
     *
     * @throws UefiException when all 65536 numbers are taken
     */
    public BootEntryChange add(BootEntryRequest request) throws UefiException {
        Optional<BootEntry> same = request.number().isPresent() ? Optional.empty() : same(request);
        LoadOption option;
        int number;
        if (same.isPresent()) {
            LoadOption old = same.get().option();
            number = same.get().number();
            option = new LoadOption(
                    old.attributes() | LoadOption.ACTIVE, old.description(), old.paths(), old.optionalData());
        } else {
            number = request.number().isPresent() ? request.number().getAsInt() : lowestFree();
            option =
                    new LoadOption(LoadOption.ACTIVE, request.title(), List.of(request.path()), request.optionalData());
        }
        List<VariableChange> changes = new ArrayList<>();
        write(changes, variables.get(number), BootEntry.name(number), option.bytes());
        if (request.next() && !next.equals(OptionalInt.of(number))) {
            changes.add(write(NEXT, words(List.of(number))));
        }
        List<Integer> newOrder = ordered(number, request.order());
        if (!newOrder.equals(order)) {
            changes.add(write(ORDER, words(newOrder)));
        }
        return new BootEntryChange(new BootEntry(number, option), same.isPresent(), changes);
    }

    /**
     * What it takes to be rid of these entries; BootNext and BootOrder stop naming them first.
     *
     * @throws UefiException when one does not exist
     */
    public List<VariableChange> remove(List<Integer> numbers) throws UefiException {
        requireEntries(numbers);
        List<VariableChange> changes = new ArrayList<>();
        if (next.isPresent() && numbers.contains(next.getAsInt())) {
            changes.add(new VariableChange.Delete(EfiGuid.GLOBAL, NEXT));
        }
        List<Integer> rest = without(numbers);
        if (!rest.equals(order)) {
            changes.add(write(ORDER, words(rest)));
        }
        for (int number : new TreeSet<>(numbers)) {
            changes.add(new VariableChange.Delete(EfiGuid.GLOBAL, BootEntry.name(number)));
        }
        return changes;
    }

    /**
     * What it takes to boot this entry at the next start, once.
     *
     * @throws UefiException when there is no such entry
     */
    public List<VariableChange> bootNext(int number) throws UefiException {
        requireEntries(List.of(number));
        return next.equals(OptionalInt.of(number)) ? List.of() : List.of(write(NEXT, words(List.of(number))));
    }

    /** What it takes for the next start to follow the boot order. */
    public List<VariableChange> forgetNext() {
        return next.isEmpty() ? List.of() : List.of(new VariableChange.Delete(EfiGuid.GLOBAL, NEXT));
    }

    /**
     * What it takes to have this boot order and nothing else in it.
     *
     * @throws UefiException when an entry in it does not exist, or is in it twice
     */
    public List<VariableChange> reorder(List<Integer> newOrder) throws UefiException {
        requireEntries(newOrder);
        if (new TreeSet<>(newOrder).size() != newOrder.size()) {
            throw new UefiException("a boot order names each entry once");
        }
        return newOrder.equals(order) ? List.of() : List.of(write(ORDER, words(newOrder)));
    }

    /**
     * What it takes to have these before all others, which keep their order.
     *
     * @throws UefiException when one of them does not exist, or is named twice
     */
    public List<VariableChange> moveFirst(List<Integer> numbers) throws UefiException {
        requireEntries(numbers);
        List<Integer> newOrder = new ArrayList<>(numbers);
        newOrder.addAll(without(numbers));
        if (new TreeSet<>(numbers).size() != numbers.size()) {
            throw new UefiException("a boot order names each entry once");
        }
        return newOrder.equals(order) ? List.of() : List.of(write(ORDER, words(newOrder)));
    }

    private void readEntry(int number, EfiVariable variable) {
        try {
            entries.put(number, new BootEntry(number, LoadOption.parse(variable.data())));
        } catch (UefiException e) {
            unreadable.put(number, e.getMessage());
        }
    }

    private void requireEntries(List<Integer> numbers) throws UefiException {
        for (int number : numbers) {
            if (!variables.containsKey(number)) {
                throw new UefiException("there is no boot entry " + BootEntry.name(number));
            }
        }
    }

    /** Other optional data is left alone: firmware marks the entries it makes, and deletes and makes them anew. */
    private Optional<BootEntry> same(BootEntryRequest request) {
        for (BootEntry entry : entries.values()) {
            LoadOption option = entry.option();
            boolean single = option.paths().size() == 1 && sameProfile(option, request);
            if (single && samePath(option.paths().get(0), request.path())) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private static boolean sameProfile(LoadOption option, BootEntryRequest request) {
        return option.optionalData().equals(request.optionalData())
                || (option.profile().isPresent() && option.profile().equals(request.profile()));
    }

    private static boolean samePath(DevicePath one, DevicePath other) {
        // A NUL at the end of the URI or none means the same to firmware.
        return one.equals(other)
                || (one.isLoneUri() && other.isLoneUri() && one.uri().equals(other.uri()));
    }

    private int lowestFree() throws UefiException {
        for (int number = 0; number <= BootEntry.MAX_NUMBER; number++) {
            if (!variables.containsKey(number)) {
                return number;
            }
        }
        throw new UefiException("all boot entries from Boot0000 to BootFFFF are taken: remove one");
    }

    private List<Integer> ordered(int number, BootEntryRequest.Order place) {
        List<Integer> others = without(List.of(number));
        return switch (place) {
            case UNCHANGED -> order;
            case FIRST -> {
                others.add(0, number);
                yield others;
            }
            case LAST -> {
                others.add(number);
                yield others;
            }
        };
    }

    private List<Integer> without(List<Integer> numbers) {
        List<Integer> others = new ArrayList<>(order);
        others.removeAll(numbers);
        return others;
    }

    private void write(List<VariableChange> changes, @Nullable EfiVariable old, String name, Bytes data) {
        if (old == null || !old.data().equals(data)) {
            changes.add(write(name, data));
        }
    }

    /** Firmware refuses a write with other attributes than the variable has. */
    private VariableChange write(String name, Bytes data) {
        int had = attributes.getOrDefault(name, EfiVariable.PERSISTENT);
        return new VariableChange.Write(new EfiVariable(EfiGuid.GLOBAL, name, had, data));
    }

    private static OptionalInt number(Variables source, String name) throws IOException {
        List<Integer> numbers = numbers(source, name);
        if (numbers.isEmpty()) {
            return OptionalInt.empty();
        }
        if (numbers.size() != 1) {
            throw new UefiException("the variable " + name + " has 2 bytes, not " + 2 * numbers.size());
        }
        return OptionalInt.of(numbers.get(0));
    }

    private static List<Integer> numbers(Variables source, String name) throws IOException {
        Optional<EfiVariable> variable = source.find(EfiGuid.GLOBAL, name);
        if (variable.isEmpty()) {
            return List.of();
        }
        ByteBuffer data = variable.get().data().buffer();
        if (data.remaining() % 2 != 0) {
            throw new UefiException(
                    "the variable " + name + " is a list of 2-byte numbers, but has " + data.remaining() + " bytes");
        }
        List<Integer> numbers = new ArrayList<>();
        while (data.hasRemaining()) {
            numbers.add(data.getShort() & 0xFFFF);
        }
        return List.copyOf(numbers);
    }

    private static Bytes words(List<Integer> numbers) {
        ByteBuffer words = ByteBuffer.allocate(2 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            words.putShort((short) number);
        }
        return Bytes.of(words.array());
    }
}
