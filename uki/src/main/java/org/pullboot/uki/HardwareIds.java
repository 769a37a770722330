package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The content of a .hwids section: by which hardware identifiers (CHIDs) a machine is known, and the device tree or firmware for
 * it. Records of 28 bytes, little endian: kind and size, identifier, where name and compatible (or firmware identifier) begin;
 * an empty one ends them; then the strings, each with a NUL.
 */
final class HardwareIds {
    private static final int RECORD = 28;
    private static final int KIND_SHIFT = 28;
    private static final long MOST_TEXT = 1 << 20;
    private static final Pattern HEX_DIGITS = Pattern.compile("[0-9a-fA-F]{32}");

    /** As ukify sorts: by the values of characters, which in UTF-8 is the order of bytes. */
    private static final Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static final Comparator<UUID> BY_VALUE = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    /** What is chosen for a machine. */
    private enum Kind {
        DEVICE_TREE(1, "devicetree", "compatible"),
        FIRMWARE(2, "uefi-fw", "fwid");

        private final int number;
        private final String type;
        private final String field;

        Kind(int number, String type, String field) {
            this.number = number;
            this.type = type;
            this.field = field;
        }
    }

    private record Device(Kind kind, String name, String target) {}

    private HardwareIds() {}

    /**
     * Packs what the .json files below a directory say, each: {@code type} ("devicetree" or "uefi-fw"), {@code name},
     * {@code hwids}, and {@code compatible} or {@code fwid}.
     *
     * @throws PeException when a file is not so
     * @throws IOException when one cannot be read
     */
    static SectionContent of(Path directory) throws IOException {
        Map<Device, Set<UUID>> devices = new LinkedHashMap<>();
        for (Path file : files(directory)) {
            if (Files.size(file) > MOST_TEXT) {
                throw new PeException(
                        file + " has " + Files.size(file) + " bytes, which is too much for hardware identifiers");
            }
            parse(file, Files.readAllBytes(file), devices);
        }
        return SectionContent.of(pack(devices));
    }

    private static byte[] pack(Map<Device, Set<UUID>> devices) {
        int records = 1 + devices.values().stream().mapToInt(Set::size).sum();
        Map<String, Integer> places = new TreeMap<>(BY_BYTES);
        for (Device device : devices.keySet()) {
            places.put(device.name, 0);
            places.put(device.target, 0);
        }
        int end = records * RECORD;
        for (Map.Entry<String, Integer> string : places.entrySet()) {
            string.setValue(end);
            end += string.getKey().getBytes(StandardCharsets.UTF_8).length + 1;
        }
        ByteBuffer out = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        devices.forEach((device, identifiers) -> {
            for (UUID identifier : identifiers) {
                out.putInt(RECORD | device.kind.number << KIND_SHIFT);
                putGuid(out, identifier);
                out.putInt(place(places, device.name)).putInt(place(places, device.target));
            }
        });
        out.position(records * RECORD);
        for (String string : places.keySet()) {
            out.put(string.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
        }
        return out.array();
    }

    private static int place(Map<String, Integer> places, String string) {
        return places.getOrDefault(string, 0);
    }

    /** The first three fields of a GUID are numbers, which are little endian; the rest are bytes. */
    private static void putGuid(ByteBuffer out, UUID guid) {
        long high = guid.getMostSignificantBits();
        out.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        out.putLong(Long.reverseBytes(guid.getLeastSignificantBits()));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(file -> file.toString().endsWith(".json"))
                    .sorted((a, b) -> compare(directory.relativize(a), directory.relativize(b)))
                    .toList();
        }
    }

    private static int compare(Path a, Path b) {
        for (int i = 0; i < Math.min(a.getNameCount(), b.getNameCount()); i++) {
            int order = BY_BYTES.compare(a.getName(i).toString(), b.getName(i).toString());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.getNameCount(), b.getNameCount());
    }

    /** What one file says, as it stands in the section; the file is named by errors, it is not read. */
    static byte[] parse(Path file, byte[] json) throws PeException {
        Map<Device, Set<UUID>> devices = new LinkedHashMap<>();
        parse(file, json, devices);
        return pack(devices);
    }

    private static void parse(Path file, byte[] json, Map<Device, Set<UUID>> devices) throws PeException {
        JsonNode data;
        try {
            data = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new PeException(file + " should be JSON: " + e.getOriginalMessage());
        }
        Kind kind = kind(file, text(file, data, "type"));
        for (Kind other : Kind.values()) {
            if (other != kind && data.has(other.field)) {
                throw new PeException(
                        file + " has the field '" + other.field + "', which does not go with type '" + kind.type + "'");
            }
        }
        Device device = new Device(kind, text(file, data, "name"), text(file, data, kind.field));
        Set<UUID> identifiers = devices.computeIfAbsent(device, none -> new TreeSet<>(BY_VALUE));
        if (!data.path("hwids").isArray()) {
            throw new PeException(file + " should have a list 'hwids' of identifiers");
        }
        for (JsonNode identifier : data.path("hwids")) {
            identifiers.add(identifier(file, identifier.asString("")));
        }
    }

    private static Kind kind(Path file, String type) throws PeException {
        for (Kind kind : Kind.values()) {
            if (kind.type.equals(type)) {
                return kind;
            }
        }
        throw new PeException(file + " should be of type 'devicetree' or 'uefi-fw', not '" + type + "'");
    }

    private static String text(Path file, JsonNode data, String field) throws PeException {
        if (!data.path(field).isString()) {
            throw new PeException(file + " should have a text '" + field + "'");
        }
        return data.path(field).asString();
    }

    private static UUID identifier(Path file, String text) throws PeException {
        String digits = text.replace("-", "").replace("{", "").replace("}", "");
        if (!HEX_DIGITS.matcher(digits).matches()) {
            throw new PeException(file + " has the identifier '" + text + "', which is no GUID");
        }
        return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
    }
}
