package org.pullboot.initrd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The binary index of kmod (libkmod-index.c, version 2.1): a trie from keys to values, as in {@code modules.dep.bin}.
 *
 * <p>All numbers are big-endian. After magic, version and the root's offset come the nodes, each after its children. A
 * node has, as flags in its offset say, a prefix that its keys have in common, a table of children from a first to a
 * last character, and its values with their priorities.
 */
final class KmodIndex {
    private static final int MAGIC = 0xB007F457;
    private static final int VERSION = 0x0002_0001;
    private static final int ROOT_AT = 8;
    private static final int HAS_PREFIX = 0x8000_0000;
    private static final int HAS_VALUES = 0x4000_0000;
    private static final int HAS_CHILDREN = 0x2000_0000;
    private static final int MAX_OFFSET = 0x0FFF_FFFF;

    private record Value(String text, int priority) {}

    private final NavigableMap<String, List<Value>> values = new TreeMap<>();

    /**
     * Adds a value, once, in front of those that its key has with the same or a higher priority.
     *
     * @param key ASCII
     * @param priority low ones are found first
     */
    void put(String key, String text, int priority) {
        if (key.chars().anyMatch(c -> c == 0 || c > 0x7F)) {
            return;
        }
        List<Value> list = values.computeIfAbsent(key, _ -> new ArrayList<>());
        Value value = new Value(text, priority);
        if (!list.contains(value)) {
            int at = 0;
            while (at < list.size() && list.get(at).priority() < priority) {
                at++;
            }
            list.add(at, value);
        }
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(0);
            int root = node(values, 0, out);
            byte[] index = bytes.toByteArray();
            java.nio.ByteBuffer.wrap(index).putInt(ROOT_AT, root);
            return index;
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not refuse bytes", e);
        }
    }

    /** Writes the node of all these keys, which have their first {@code depth} characters in common. */
    private static int node(NavigableMap<String, List<Value>> keys, int depth, DataOutputStream out)
            throws IOException {
        int end = keys.isEmpty() ? depth : commonPrefix(keys.firstKey(), keys.lastKey());
        // The root has no prefix: lookups begin with a character.
        if (depth == 0) {
            end = 0;
        }
        String prefix = keys.isEmpty() ? "" : keys.firstKey().substring(depth, end);
        List<Value> own = List.of();
        NavigableMap<String, List<Value>> longer = keys;
        if (!keys.isEmpty() && keys.firstKey().length() == end) {
            own = keys.firstEntry().getValue();
            longer = keys.tailMap(keys.firstKey(), false);
        }
        List<Integer> children = new ArrayList<>();
        int first = 0;
        int last = 0;
        if (!longer.isEmpty()) {
            first = longer.firstKey().charAt(end);
            last = longer.lastKey().charAt(end);
            String stem = longer.firstKey().substring(0, end);
            for (int c = first; c <= last; c++) {
                NavigableMap<String, List<Value>> below =
                        longer.subMap(stem + (char) c, true, stem + (char) (c + 1), false);
                children.add(below.isEmpty() ? 0 : node(below, end + 1, out));
            }
        }
        return write(prefix, first, last, children, own, out);
    }

    private static int write(
            String prefix, int first, int last, List<Integer> children, List<Value> values, DataOutputStream out)
            throws IOException {
        int offset = out.size();
        if (offset > MAX_OFFSET) {
            throw new InitrdException("too many modules for kmod's index: it has room for 256 MiB");
        }
        if (!prefix.isEmpty()) {
            text(prefix, out);
            offset |= HAS_PREFIX;
        }
        if (!children.isEmpty()) {
            out.writeByte(first);
            out.writeByte(last);
            for (int child : children) {
                out.writeInt(child);
            }
            offset |= HAS_CHILDREN;
        }
        if (!values.isEmpty()) {
            out.writeInt(values.size());
            for (Value value : values) {
                out.writeInt(value.priority());
                text(value.text(), out);
            }
            offset |= HAS_VALUES;
        }
        return offset;
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.writeByte(0);
    }

    private static int commonPrefix(String one, String other) {
        int end = 0;
        while (end < one.length() && end < other.length() && one.charAt(end) == other.charAt(end)) {
            end++;
        }
        return end;
    }
}
