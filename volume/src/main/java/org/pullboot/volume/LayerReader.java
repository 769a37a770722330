package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads which blocks a layer has, from its checkpoint and its logs, and changes nothing.
 *
 * <p>What a log says after its last commit counts only in the boot of the server machine that wrote it: then the page
 * cache still has the data. After a loss of power the log may have reached the disk before the data, and such records
 * would show zeroes where the base has to be seen.
 */
final class LayerReader {
    private static final int PIECE_BYTES = 2048 * LogFormat.RECORD_BYTES;

    private final VolumeFiles files;
    private final Path directory;
    private final UUID uuid;
    private final int layer;
    private final int boot;
    private final LayerLoad load;

    LayerReader(VolumeFiles files, Path directory, UUID uuid, int layer, int boot, LayerLoad load) {
        this.files = files;
        this.directory = directory;
        this.uuid = uuid;
        this.layer = layer;
        this.boot = boot;
        this.load = load;
    }

    /**
     * What was read.
     *
     * @param generation the lowest log that is needed
     * @param open the log with the last records
     * @param last the number of the highest log file there is
     * @param next the sequence number that the next record gets
     * @param end where in the file of the open log it goes
     * @param committed the highest sequence number that is durable
     * @param goesOn whether the open log can just be gone on with; else a checkpoint has to be made first
     */
    record Found(long generation, long open, long last, long next, long end, long committed, boolean goesOn) {}

    private record Log(VolumeFile file, LogFormat.Header header, long next, long committed, boolean zeroAfter) {}

    /**
     * Reads the layer.
     *
     * @throws VolumeFormatException when what has to be there is not, or is damaged
     */
    Found read() throws IOException {
        long generation = 0;
        Path map = directory.resolve(MapFile.NAME);
        if (files.exists(map)) {
            try (VolumeFile file = files.open(map, false)) {
                generation = MapFile.read(file, map, uuid, layer, load);
            }
        }
        List<Log> logs = new ArrayList<>();
        try {
            chain(generation, logs);
            return apply(generation, logs);
        } finally {
            for (Log log : logs) {
                log.file.close();
            }
        }
    }

    private void chain(long generation, List<Log> logs) throws IOException {
        Log log = openLog(generation, -1);
        if (log == null) {
            throw new VolumeFormatException(directory.resolve(LogFormat.PREFIX + generation)
                    + " is missing or damaged, without which the volume cannot be read");
        }
        long number = generation;
        while (log != null) {
            logs.add(log);
            number++;
            log = openLog(number, log.next);
        }
    }

    /** @param first the number its first record has to have, -1 for any */
    private @Nullable Log openLog(long generation, long first) throws IOException {
        Path path = directory.resolve(LogFormat.PREFIX + generation);
        if (!files.exists(path)) {
            return null;
        }
        VolumeFile file = files.open(path, false);
        Log log = null;
        try {
            log = scan(file, generation, first);
        } finally {
            if (log == null) {
                file.close();
            }
        }
        return log;
    }

    private @Nullable Log scan(VolumeFile file, long generation, long first) throws IOException {
        long size = file.size();
        if (size < LogFormat.HEADER_BYTES) {
            return null;
        }
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(piece.limit(LogFormat.HEADER_BYTES), 0);
        LogFormat.Header header = LogFormat.decode(piece);
        if (header == null
                || !header.uuid().equals(uuid)
                || header.layer() != layer
                || header.generation() != generation
                || (first >= 0 && header.first() != first)) {
            return null;
        }
        long next = header.first();
        long committed = -1;
        for (long at = LogFormat.HEADER_BYTES; at < size; at += PIECE_BYTES) {
            int length = (int) Math.min(PIECE_BYTES, size - at);
            file.read(piece.clear().limit(length), at);
            for (int record = 0; record + LogFormat.RECORD_BYTES <= length; record += LogFormat.RECORD_BYTES) {
                if (!LogFormat.valid(piece, record, next, load.blocks())) {
                    return new Log(file, header, next, committed, zero(piece, record));
                }
                if (piece.getInt(record + LogFormat.TYPE) == LogFormat.COMMIT) {
                    committed = Math.max(committed, piece.getLong(record + LogFormat.FIRST));
                }
                next++;
            }
        }
        return new Log(file, header, next, committed, true);
    }

    private static boolean zero(ByteBuffer bytes, int at) {
        for (int i = 0; i < LogFormat.RECORD_BYTES; i += Long.BYTES) {
            if (bytes.getLong(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private Found apply(long generation, List<Log> logs) throws IOException {
        long committed = logs.getFirst().header.first() - 1;
        for (Log log : logs) {
            committed = Math.max(committed, log.committed);
        }
        boolean whole = true;
        for (Log log : logs) {
            whole = whole && apply(log, committed);
        }
        Log last = logs.getLast();
        long end = LogFormat.HEADER_BYTES + (last.next - last.header.first()) * LogFormat.RECORD_BYTES;
        boolean goesOn = whole && last.zeroAfter && last.header.boot() == boot;
        long open = last.header.generation();
        return new Found(generation, open, lastNumber(generation), last.next, end, committed, goesOn);
    }

    /** Says whether all of it counted. */
    private boolean apply(Log log, long committed) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long left = log.next - log.header.first();
        long at = LogFormat.HEADER_BYTES;
        while (left > 0) {
            int records = (int) Math.min(left, PIECE_BYTES / LogFormat.RECORD_BYTES);
            log.file.read(piece.clear().limit(records * LogFormat.RECORD_BYTES), at);
            for (int i = 0; i < records; i++) {
                int record = i * LogFormat.RECORD_BYTES;
                int type = piece.getInt(record + LogFormat.TYPE);
                if (type == LogFormat.COMMIT) {
                    continue;
                }
                if (piece.getLong(record + LogFormat.SEQUENCE) > committed
                        && piece.getInt(record + LogFormat.BOOT) != boot) {
                    return false;
                }
                long count = Integer.toUnsignedLong(piece.getInt(record + LogFormat.COUNT));
                load.apply(type, piece.getLong(record + LogFormat.FIRST), count);
            }
            left -= records;
            at += piece.limit();
        }
        return true;
    }

    private long lastNumber(long generation) throws IOException {
        long last = generation;
        for (String name : files.list(directory)) {
            last = Math.max(last, number(name));
        }
        return last;
    }

    /** The generation in the name of a log, or -1 when it is not the name of one. */
    static long number(String name) {
        String digits = name.startsWith(LogFormat.PREFIX) ? name.substring(LogFormat.PREFIX.length()) : "";
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(digits);
    }
}
