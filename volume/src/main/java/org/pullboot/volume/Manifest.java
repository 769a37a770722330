package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which layers a volume has, from the base up: the file {@code layers}, replaced as a whole, little-endian. The last
 * layer takes the writes and has no name; each other is what a snapshot keeps.
 *
 * @param nextNumber the number of the next new layer, higher than all before, so that none is mistaken for an old one
 */
record Manifest(UUID uuid, int nextNumber, List<Entry> entries) {
    static final String NAME = "layers";
    static final String NEW_NAME = "layers.new";
    static final int VERSION = 1;

    /** A block's place is one byte, of which two values are taken. */
    static final int MOST_LAYERS = 250;

    private static final Pattern SNAPSHOT_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final long MAGIC = Meta.magic("PBLAYERS");
    private static final int HEADER_BYTES = 36;
    private static final int ENTRY_BYTES = 13;
    private static final int MOST_BYTES = HEADER_BYTES + MOST_LAYERS * (ENTRY_BYTES + 64) + 4;

    /**
     * One layer.
     *
     * @param number the name of its directory
     * @param created when its snapshot was taken, or the layer made when it has none
     * @param name of its snapshot, empty for the last layer
     */
    record Entry(int number, Instant created, String name) {}

    Manifest {
        entries = List.copyOf(entries);
    }

    Entry active() {
        return entries.getLast();
    }

    static String checkedName(String name) {
        if (!SNAPSHOT_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a snapshot has 1 to 64 letters, digits, dots, dashes or underscores, but '" + name
                            + "' was given");
        }
        return name;
    }

    /** Puts it in the place of the one before, durable when it returns. */
    void write(VolumeFiles files, Path directory) throws IOException {
        Path fresh = directory.resolve(NEW_NAME);
        try (VolumeFile file = files.create(fresh)) {
            file.write(encode(), 0);
            file.sync();
        }
        files.rename(fresh, directory.resolve(NAME));
        files.syncDirectory(directory);
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION);
        Meta.putUuid(bytes, bytes.position(), uuid);
        bytes.position(bytes.position() + 16);
        bytes.putInt(nextNumber).putInt(entries.size());
        for (Entry entry : entries) {
            byte[] name = entry.name.getBytes(StandardCharsets.US_ASCII);
            bytes.putInt(entry.number).putLong(entry.created.toEpochMilli()).put((byte) name.length);
            bytes.put(name);
        }
        return bytes.putInt(Checksum.of(bytes, 0, bytes.position())).flip();
    }

    /**
     * Reads it.
     *
     * @throws VolumeFormatException when it is not valid, or another volume's
     */
    static Manifest read(VolumeFile file, Path path, UUID uuid) throws IOException {
        long size = file.size();
        if (size < HEADER_BYTES + 4 || size > MOST_BYTES) {
            throw new VolumeFormatException(path + " has " + size + " bytes, which a list of layers cannot have");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, 0);
        bytes.flip();
        int end = bytes.limit() - 4;
        if (bytes.getLong(0) != MAGIC || bytes.getInt(end) != Checksum.of(bytes, 0, end)) {
            throw new VolumeFormatException(path + " is damaged, or not a list of layers");
        }
        if (bytes.getInt(8) != VERSION || !Meta.uuid(bytes, 12).equals(uuid)) {
            throw new VolumeFormatException(path + " is of another volume, or of a version that is not known");
        }
        return decode(bytes.limit(end).position(28), path, uuid);
    }

    private static Manifest decode(ByteBuffer bytes, Path path, UUID uuid) throws VolumeFormatException {
        int next = bytes.getInt();
        int count = bytes.getInt();
        List<Entry> entries = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        Set<String> names = new HashSet<>();
        while (bytes.remaining() >= ENTRY_BYTES) {
            int number = bytes.getInt();
            long millis = bytes.getLong();
            int length = bytes.get() & 0xff;
            if (length > bytes.remaining() || number < 1 || number >= next || !numbers.add(number)) {
                throw new VolumeFormatException(path + " lists a layer that cannot be");
            }
            byte[] name = new byte[length];
            bytes.get(name);
            String text = new String(name, StandardCharsets.US_ASCII);
            if (!names.add(text) || (length > 0 && !SNAPSHOT_NAME.matcher(text).matches())) {
                throw new VolumeFormatException(path + " lists a snapshot that cannot be");
            }
            entries.add(new Entry(number, instant(millis, path), text));
        }
        boolean named = !entries.isEmpty() && entries.getLast().name.isEmpty();
        if (bytes.hasRemaining() || entries.size() != count || count > MOST_LAYERS || !named) {
            throw new VolumeFormatException(path + " does not list its layers as it says");
        }
        return new Manifest(uuid, next, entries);
    }

    private static Instant instant(long millis, Path path) throws VolumeFormatException {
        try {
            return Instant.ofEpochMilli(millis);
        } catch (DateTimeException e) {
            throw new VolumeFormatException(path + " has a time that cannot be");
        }
    }
}
