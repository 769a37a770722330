package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The records of a pax extended header (POSIX.1-2001, pax): {@code LENGTH KEY=VALUE\n}, where the length counts itself.
 */
final class PaxRecords {
    private static final String ATTRIBUTE_PREFIX = "SCHILY.xattr.";
    private static final String ACL_PREFIX = "SCHILY.acl.";
    private static final String ACL_ATTRIBUTE_PREFIX = "system.posix_acl_";

    /** One record; keys are text, values bytes. */
    private static final class Item {
        private final String key;
        private final byte[] value;

        Item(String key, byte[] value) {
            this.key = key;
            this.value = value;
        }
    }

    private final List<Item> items = new ArrayList<>();

    /** Adds the records of a header; later ones win over earlier ones. */
    void add(byte[] header) throws ImageException {
        int at = 0;
        while (at < header.length) {
            int length = 0;
            int i = at;
            while (i < header.length && header[i] >= '0' && header[i] <= '9' && length < header.length) {
                length = length * 10 + (header[i] - '0');
                i++;
            }
            int end = at + length;
            if (i == at || i >= header.length || header[i] != ' ' || length > header.length - at || end <= i + 2) {
                throw damaged();
            }
            int equals = i + 1;
            while (equals < end && header[equals] != '=') {
                equals++;
            }
            if (equals == i + 1 || equals >= end - 1 || header[end - 1] != '\n') {
                throw damaged();
            }
            String key = new String(header, i + 1, equals - i - 1, StandardCharsets.UTF_8);
            items.add(new Item(key, Arrays.copyOfRange(header, equals + 1, end - 1)));
            at = end;
        }
    }

    void addAll(PaxRecords others) {
        items.addAll(others.items);
    }

    private static ImageException damaged() {
        return new ImageException(
                "the tar archive is damaged (a pax header does not hold what it should): get it again");
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** The last value of a key; an empty one takes an earlier one back. */
    Optional<byte[]> value(String key) {
        for (int i = items.size() - 1; i >= 0; i--) {
            if (items.get(i).key.equals(key)) {
                byte[] value = items.get(i).value;
                return value.length == 0 ? Optional.empty() : Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** A number that is not negative. */
    Optional<Long> number(String key) throws ImageException {
        Optional<byte[]> value = value(key);
        return value.isEmpty() ? Optional.empty() : Optional.of(number(key, text(value.get())));
    }

    /** The values of alternating keys, in their order: the offsets and lengths of GNU's sparse format 0.0. */
    List<Long> numbers(String first, String second) throws ImageException {
        List<Long> numbers = new ArrayList<>();
        for (Item item : items) {
            if (item.key.equals(first) || item.key.equals(second)) {
                if (item.key.equals(numbers.size() % 2 == 0 ? second : first)) {
                    throw damaged();
                }
                numbers.add(number(item.key, text(item.value)));
            }
        }
        return numbers;
    }

    /** Numbers between commas: GNU's sparse format 0.1. */
    List<Long> list(String key) throws ImageException {
        List<Long> numbers = new ArrayList<>();
        Optional<byte[]> value = value(key);
        if (value.isPresent()) {
            String text = text(value.get());
            int at = 0;
            while (at <= text.length()) {
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                numbers.add(number(key, text.substring(at, end)));
                at = end + 1;
            }
        }
        return numbers;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static long number(String key, String text) throws ImageException {
        long number = parse(text, 0, text.length());
        if (number < 0) {
            throw new ImageException("the tar archive is damaged (" + key + " is no number): get it again");
        }
        return number;
    }

    /** A decimal number, -1 when it is none or too large. */
    private static long parse(String text, int start, int end) {
        if (start == end || end - start > 18) {
            return -1;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    /** Sets the time of the last change when there is one: seconds since 1970, perhaps negative, perhaps with a fraction. */
    void modified(TarEntry.Builder entry) throws ImageException {
        Optional<byte[]> value = value("mtime");
        if (value.isEmpty()) {
            return;
        }
        String text = text(value.get());
        boolean negative = text.startsWith("-");
        int point = text.indexOf('.');
        int whole = point < 0 ? text.length() : point;
        long seconds = parse(text, negative ? 1 : 0, whole);
        int nanos = 0;
        for (int i = whole + 1, unit = 100_000_000; i < text.length() && seconds >= 0; i++, unit /= 10) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                seconds = -1;
            } else {
                nanos += (c - '0') * unit;
            }
        }
        if (seconds < 0) {
            throw new ImageException("the tar archive is damaged (mtime is no time): get it again");
        }
        if (negative && nanos > 0) {
            entry.modified(-seconds - 1, 1_000_000_000 - nanos);
        } else {
            entry.modified(negative ? -seconds : seconds, nanos);
        }
    }

    /** The extended attributes, the last of each name. */
    List<TarEntry.Attribute> attributes(int mostBytes, String path) throws ImageException {
        Map<String, TarEntry.Attribute> attributes = new LinkedHashMap<>();
        long bytes = 0;
        for (Item item : items) {
            if (item.key.startsWith(ATTRIBUTE_PREFIX)) {
                byte[] name = unescaped(item.key.substring(ATTRIBUTE_PREFIX.length()));
                for (byte b : name) {
                    if (b == 0) {
                        throw damaged();
                    }
                }
                bytes += name.length + (long) item.value.length;
                attributes.put(item.key, new TarEntry.Attribute(name, item.value));
            } else if (item.key.startsWith(ACL_PREFIX) && item.value.length > 0) {
                bytes += item.key.length() + (long) item.value.length;
                attributes.put(item.key, list(item));
            }
        }
        if (bytes > mostBytes) {
            throw new ImageException("'" + path + "' in the tar archive has more than the " + mostBytes
                    + " bytes of extended attributes allowed here");
        }
        return List.copyOf(attributes.values());
    }

    /** An access control list; one of names keeps the name that it has here, which no file system takes. */
    private static TarEntry.Attribute list(Item item) {
        Optional<byte[]> list = PosixAcl.of(item.value);
        String name = list.isEmpty() ? item.key : ACL_ATTRIBUTE_PREFIX + item.key.substring(ACL_PREFIX.length());
        return new TarEntry.Attribute(name.getBytes(StandardCharsets.UTF_8), list.orElse(item.value));
    }

    /** GNU tar writes "=" and "%" in the names of attributes as "%3D" and "%25". */
    private static byte[] unescaped(String name) {
        return name.replace("%3D", "=").replace("%25", "%").getBytes(StandardCharsets.UTF_8);
    }
}
