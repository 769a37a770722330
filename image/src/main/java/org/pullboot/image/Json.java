package org.pullboot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259), read strictly. The accessors take what a document must hold and refuse anything else, so that
 * the readers of manifests need no checks of their own. Immutable.
 */
public sealed interface Json {
    /** {@code null}. */
    record Nothing() implements Json {}

    /** {@code true} or {@code false}. */
    record Truth(boolean value) implements Json {}

    /**
     * A number as it is written; {@link Json#number} reads it.
     *
     * @param literal digits as RFC 8259 section 6 allows them
     */
    record Digits(String literal) implements Json {}

    /** A string. */
    record Text(String value) implements Json {}

    /** An array. */
    record Items(List<Json> values) implements Json {
        /** Copies the list. */
        public Items {
            values = List.copyOf(values);
        }
    }

    /** An object; no name is there twice. */
    record Members(Map<String, Json> values) implements Json {
        /** Copies the map. */
        public Members {
            values = Map.copyOf(values);
        }
    }

    /**
     * Reads a document.
     *
     * @param document in UTF-8; whoever got it has bounded its size
     * @throws ImageException when it is no JSON, has a name twice in an object, or is nested more than {@value
     *     JsonParser#DEEPEST} times
     */
    static Json parse(byte[] document) throws ImageException {
        return new JsonParser(document).document();
    }

    /** A member of this object, nothing when it is not there or {@code null}. */
    default Optional<Json> find(String name) throws ImageException {
        if (!(this instanceof Members members)) {
            throw wrong(name, "an object around it");
        }
        @Nullable Json value = members.values().get(name);
        return value == null || value instanceof Nothing ? Optional.empty() : Optional.of(value);
    }

    /** A member of this object that must be there. */
    default Json member(String name) throws ImageException {
        Optional<Json> found = find(name);
        if (found.isEmpty()) {
            throw wrong(name, "a value");
        }
        return found.get();
    }

    /** A member that is a string and must be there. */
    default String text(String name) throws ImageException {
        return member(name).asText(name);
    }

    /** A member that is a string, nothing when it is not there. */
    default Optional<String> findText(String name) throws ImageException {
        Optional<Json> found = find(name);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().asText(name));
    }

    /** A member that is a whole number of 0 to 2^63 - 1 and must be there. */
    default long number(String name) throws ImageException {
        if (member(name) instanceof Digits digits && isWhole(digits.literal())) {
            return Long.parseLong(digits.literal());
        }
        throw wrong(name, "a whole number");
    }

    /** A member that is an array, empty when it is not there. */
    default List<Json> list(String name) throws ImageException {
        Optional<Json> found = find(name);
        if (found.isEmpty()) {
            return List.of();
        }
        if (found.get() instanceof Items items) {
            return items.values();
        }
        throw wrong(name, "an array");
    }

    /** This string. */
    private String asText(String name) throws ImageException {
        if (this instanceof Text text) {
            return text.value();
        }
        throw wrong(name, "a string");
    }

    /** The strings of this member, which is an array of nothing else; empty when it is not there. */
    default List<String> texts(String name) throws ImageException {
        List<String> texts = new ArrayList<>();
        for (Json item : list(name)) {
            texts.add(item.asText(name));
        }
        return texts;
    }

    private static boolean isWhole(String literal) {
        // 18 digits fit into 63 bits; of 19 digits not all do.
        if (literal.length() > 19) {
            return false;
        }
        for (int i = 0; i < literal.length(); i++) {
            if (literal.charAt(i) < '0' || literal.charAt(i) > '9') {
                return false;
            }
        }
        return literal.length() < 19 || literal.compareTo(Long.toString(Long.MAX_VALUE)) <= 0;
    }

    private static ImageException wrong(String name, String expected) {
        return new ImageException("expected " + expected + " for '" + TarEntry.printable(name)
                + "' in a JSON document, but it is not so: the image is damaged or of another kind");
    }
}
