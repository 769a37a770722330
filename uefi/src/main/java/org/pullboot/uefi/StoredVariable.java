package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A variable as it lies in a store: EDK2's VARIABLE_HEADER or AUTHENTICATED_VARIABLE_HEADER, name, value.
 *
 * @param variable its identity, attributes and value
 * @param monotonicCount of a variable that is authenticated by count, else 0
 * @param timestamp when it was signed; none when it is not authenticated
 * @param publicKeyIndex of a variable that is authenticated by count, else 0
 */
record StoredVariable(EfiVariable variable, long monotonicCount, EfiTime timestamp, int publicKeyIndex) {
    /** By name and then vendor: equal variables make equal stores, whatever was written first. As virt-fw-vars does it. */
    static final Comparator<StoredVariable> ORDER = Comparator.comparing(
                    (StoredVariable stored) -> stored.variable.name())
            .thenComparing(stored -> stored.variable.vendor().toString());

    static final int PLAIN_HEADER = 32;
    static final int AUTHENTICATED_HEADER = 60;

    private static final int START = 0x55AA;
    private static final int VALID = 0x3F;
    private static final int IN_DELETION = 0x3E;

    static StoredVariable of(EfiVariable variable) {
        return new StoredVariable(variable, 0, EfiTime.NONE, 0);
    }

    /** The same with another value, signed at this time or at the time it has, whichever is later. */
    StoredVariable with(EfiVariable newVariable, EfiTime time) {
        EfiTime later = timestamp.compareTo(time) >= 0 ? timestamp : time;
        return new StoredVariable(newVariable, monotonicCount, later, publicKeyIndex);
    }

    /** Bytes from the start of this variable's header to the end of its value. */
    int size(StoreLayout layout) {
        return layout.variableHeader()
                + Ucs2.size(variable.name())
                + variable.data().length();
    }

    /** Reads those that count, first to last. */
    static List<StoredVariable> readAll(ByteBuffer image, StoreLayout layout) throws UefiException {
        List<StoredVariable> valid = new ArrayList<>();
        List<StoredVariable> inDeletion = new ArrayList<>();
        int header = layout.variableHeader();
        int at = layout.first();
        while (at + header <= layout.end() && (image.getShort(at) & 0xFFFF) == START) {
            int state = image.get(at + 2) & 0xFF;
            long nameSize = sizeField(image, at + (layout.authenticated() ? 36 : 8));
            long dataSize = sizeField(image, at + (layout.authenticated() ? 40 : 12));
            long end = at + header + nameSize + dataSize;
            if (end > layout.end()) {
                throw new UefiException("the variable at byte " + at + " should end at byte " + end
                        + ", but its store ends at byte " + layout.end());
            }
            if (state == VALID || state == IN_DELETION) {
                StoredVariable variable = read(image, at, layout.authenticated(), (int) nameSize, (int) dataSize);
                (state == VALID ? valid : inDeletion).add(variable);
            }
            at = align((int) end);
        }
        // A variable being replaced is valid until its successor is.
        Set<String> replaced = new HashSet<>();
        for (StoredVariable stored : valid) {
            replaced.add(stored.variable.vendor() + stored.variable.name());
        }
        for (StoredVariable old : inDeletion) {
            if (replaced.add(old.variable.vendor() + old.variable.name())) {
                valid.add(old);
            }
        }
        return valid;
    }

    static Optional<StoredVariable> find(List<StoredVariable> variables, EfiGuid vendor, String name) {
        for (StoredVariable stored : variables) {
            if (stored.variable.is(vendor, name)) {
                return Optional.of(stored);
            }
        }
        return Optional.empty();
    }

    /** Variables begin at multiples of four bytes, and so does the store they are in. */
    static int align(int position) {
        return (position + 3) & ~3;
    }

    /** Writes it at the buffer's position, which must be aligned, and moves the position to the next aligned byte. */
    void writeTo(ByteBuffer target, boolean authenticated) {
        target.putShort((short) START).put((byte) VALID).put((byte) 0).putInt(variable.attributes());
        if (authenticated) {
            target.putLong(monotonicCount);
            timestamp.bytes().putInto(target);
            target.putInt(publicKeyIndex);
        }
        target.putInt(Ucs2.size(variable.name())).putInt(variable.data().length());
        variable.vendor().bytes().putInto(target);
        Ucs2.encode(variable.name()).putInto(target);
        variable.data().putInto(target);
        target.position(Math.min(align(target.position()), target.limit()));
    }

    /** A header whose write was cut short has erased fields; EDK2 takes those sizes for zero. */
    private static long sizeField(ByteBuffer image, int at) {
        int size = image.getInt(at);
        return size == -1 ? 0 : size & 0xFFFFFFFFL;
    }

    private static StoredVariable read(ByteBuffer image, int at, boolean authenticated, int nameSize, int dataSize)
            throws UefiException {
        ByteBuffer in = image.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(at + 4);
        int attributes = in.getInt();
        long count = authenticated ? in.getLong() : 0;
        EfiTime time = authenticated ? new EfiTime(Bytes.take(in, EfiTime.SIZE)) : EfiTime.NONE;
        int key = authenticated ? in.getInt() : 0;
        in.position(in.position() + 8);
        EfiGuid vendor = EfiGuid.take(in);
        ByteBuffer nameField = in.slice(in.position(), nameSize);
        String name = Ucs2.take(nameField).orElse("");
        if (name.isEmpty() || nameField.hasRemaining()) {
            throw new UefiException("the name of the variable at byte " + at + " should be a text of " + nameSize
                    + " bytes that ends with a NUL, but is not");
        }
        in.position(in.position() + nameSize);
        EfiVariable variable = new EfiVariable(vendor, name, attributes, Bytes.take(in, dataSize));
        return new StoredVariable(variable, count, time, key);
    }
}
