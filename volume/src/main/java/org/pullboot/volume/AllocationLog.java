package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log of the layer that is written to: takes records in memory, and writes all that came together at once.
 *
 * <p>A record that was appended is never lost while the process lives: when it cannot be written, it stays and is
 * written next time, to the same place. Safe for use from several threads.
 */
final class AllocationLog {
    /** Room that only zeroing may take, so that a full disk can still be made emptier. */
    private static final long RESERVE_BYTES = 32 << 10;

    private static final long FIRST_ROOM_BYTES = 64 << 10;
    private static final long MOST_ROOM_STEP_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 256 * LogFormat.RECORD_BYTES;
    private static final int NONE = -1;

    private final VolumeFiles files;
    private final Path directory;
    private final UUID uuid;
    private final int layer;
    private final int boot;

    /** Held while the file is written or replaced; taken before {@link #pendingLock}. */
    private final ReentrantLock fileLock = new ReentrantLock();

    private VolumeFile file;
    private volatile long generation;
    private volatile long first;
    private volatile long room;
    private ByteBuffer writing = buffer(BUFFER_BYTES);
    private long writingLast;
    private volatile long written;
    private boolean abandoned;

    private final ReentrantLock pendingLock = new ReentrantLock();
    private ByteBuffer pending = buffer(BUFFER_BYTES);
    private int open = NONE;
    private volatile long appended;
    private long lastChange;

    /** What the last commit that is durable covers; touched by one sync at a time. */
    private volatile long committed;

    private AllocationLog(
            VolumeFiles files, Path directory, LogFormat.Header header, VolumeFile file, long room, long next) {
        this.files = files;
        this.directory = directory;
        this.uuid = header.uuid();
        this.layer = header.layer();
        this.boot = header.boot();
        this.file = file;
        this.generation = header.generation();
        this.first = header.first();
        this.room = room;
        this.appended = next - 1;
        this.written = next - 1;
        this.lastChange = next - 1;
    }

    /** Begins a log in a new file, which the caller makes durable with {@link #sync} and with its directory. */
    static AllocationLog begin(VolumeFiles files, Path directory, LogFormat.Header header) throws IOException {
        Begun begun = beginFile(files, directory, header.generation());
        try {
            begun.file.write(LogFormat.encode(header), 0);
        } catch (IOException e) {
            begun.file.close();
            throw e;
        }
        return new AllocationLog(files, directory, header, begun.file, begun.room, header.first());
    }

    /** Goes on with the last log of a layer, where its records end; those before it are durable. */
    static AllocationLog goOn(
            VolumeFiles files, Path directory, UUID uuid, int layer, int boot, LayerReader.Found found)
            throws IOException {
        VolumeFile file = files.open(directory.resolve(LogFormat.PREFIX + found.open()), true);
        long first = found.next() - (found.end() - LogFormat.HEADER_BYTES) / LogFormat.RECORD_BYTES;
        LogFormat.Header header = new LogFormat.Header(uuid, layer, found.open(), first, boot);
        return new AllocationLog(files, directory, header, file, file.size(), found.next());
    }

    private record Begun(VolumeFile file, long room) {}

    private static Begun beginFile(VolumeFiles files, Path directory, long generation) throws IOException {
        Path path = directory.resolve(LogFormat.PREFIX + generation);
        VolumeFile file = files.create(path);
        try {
            boolean taken = file.allocate(0, FIRST_ROOM_BYTES);
            return new Begun(file, taken ? FIRST_ROOM_BYTES : Long.MAX_VALUE);
        } catch (IOException e) {
            file.close();
            files.delete(path);
            throw e;
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    long generation() {
        return generation;
    }

    /** The bytes of it that hold something, or will once it is settled. */
    long bytes() {
        return LogFormat.HEADER_BYTES + (appended - first + 1) * LogFormat.RECORD_BYTES;
    }

    /** The number of the last record that is in the file. */
    long written() {
        return written;
    }

    /**
     * Makes sure that records can be appended, before what they will say is done.
     *
     * @param zeroing whether the last room may be used, since the change makes room
     * @throws NoSpaceException when there is none
     */
    void prepare(boolean zeroing) throws IOException {
        long wanted = zeroing ? LogFormat.RECORD_BYTES * 8 : RESERVE_BYTES;
        if (appended - written > BUFFER_BYTES / LogFormat.RECORD_BYTES * 3 / 4) {
            settle();
        }
        if (bytes() + RESERVE_BYTES <= room) {
            return;
        }
        fileLock.lock();
        try {
            grow(wanted);
        } finally {
            fileLock.unlock();
        }
    }

    private void grow(long wanted) throws IOException {
        long there = room;
        if (bytes() + RESERVE_BYTES <= there) {
            return;
        }
        long step = Math.min(there, MOST_ROOM_STEP_BYTES);
        try {
            room = file.allocate(there, step) ? there + step : Long.MAX_VALUE;
        } catch (NoSpaceException full) {
            if (bytes() + wanted > there) {
                throw full;
            }
        }
    }

    /**
     * Appends a change, or makes the last one longer. After {@link #prepare}; changes of one block come in the order
     * they take effect.
     */
    void append(int type, long block, int count) {
        pendingLock.lock();
        try {
            if (open != NONE && pending.getInt(open + LogFormat.TYPE) == type) {
                int before = pending.getInt(open + LogFormat.COUNT);
                if (pending.getLong(open + LogFormat.FIRST) + before == block && before < 1 << 30) {
                    pending.putInt(open + LogFormat.COUNT, before + count);
                    return;
                }
            }
            open = pending.position();
            put(type, block, count);
            lastChange = appended;
        } finally {
            pendingLock.unlock();
        }
    }

    private void put(int type, long block, int count) {
        if (!pending.hasRemaining()) {
            pending = buffer(pending.capacity() * 2).put(pending.flip());
        }
        long sequence = appended + 1;
        LogFormat.put(pending, type, sequence, block, count, boot);
        appended = sequence;
    }

    /** The number of the last change; what is appended from now on has a higher one. */
    long mark() {
        pendingLock.lock();
        try {
            open = NONE;
            return lastChange;
        } finally {
            pendingLock.unlock();
        }
    }

    /** Notes that all up to a number is durable; that is so once the log is settled and durable itself. */
    void commit(long mark) {
        pendingLock.lock();
        try {
            open = NONE;
            put(LogFormat.COMMIT, mark, 1);
        } finally {
            pendingLock.unlock();
        }
    }

    /** Writes all that was appended before, so that it outlives the process. */
    void settle() throws IOException {
        long target = appended;
        if (written >= target) {
            return;
        }
        fileLock.lock();
        try {
            while (written < target && !abandoned) {
                if (writing.position() == 0) {
                    swap();
                }
                write();
            }
        } finally {
            fileLock.unlock();
        }
    }

    private void swap() {
        pendingLock.lock();
        try {
            ByteBuffer empty = writing;
            writing = pending;
            writingLast = appended;
            pending = empty;
            open = NONE;
        } finally {
            pendingLock.unlock();
        }
        for (int at = 0; at < writing.position(); at += LogFormat.RECORD_BYTES) {
            LogFormat.seal(writing, at);
        }
    }

    private void write() throws IOException {
        int end = writing.position();
        long at = LogFormat.HEADER_BYTES + (written + 1 - first) * LogFormat.RECORD_BYTES;
        try {
            file.write(writing.flip(), at);
        } catch (IOException e) {
            writing.clear().position(end);
            throw e;
        }
        writing.clear();
        written = writingLast;
    }

    /** Makes durable what is in the file. */
    void sync() throws IOException {
        file.sync();
    }

    /** Whether all changes up to a mark are known to be durable. */
    boolean covers(long mark) {
        return mark <= committed;
    }

    /** Makes durable what is in the file, and with it the last {@link #commit}. */
    void syncCommit(long mark) throws IOException {
        file.sync();
        committed = mark;
    }

    /** A log file that is ready to be gone on in. */
    record Next(VolumeFile file, long room, long generation) {}

    /** Makes the file of the next generation. */
    Next prepareNext() throws IOException {
        long number = generation + 1;
        Begun begun = beginFile(files, directory, number);
        return new Next(begun.file, begun.room, number);
    }

    /**
     * Goes on in the next file.
     *
     * @return the file before, whose records are all written; the caller makes both durable and closes it
     */
    VolumeFile switchTo(Next next) throws IOException {
        fileLock.lock();
        try {
            settle();
            pendingLock.lock();
            try {
                while (written < appended) {
                    if (writing.position() == 0) {
                        swap();
                    }
                    write();
                }
                next.file.write(
                        LogFormat.encode(new LogFormat.Header(uuid, layer, next.generation, appended + 1, boot)), 0);
                VolumeFile before = file;
                file = next.file;
                first = appended + 1;
                room = next.room;
                generation = next.generation;
                return before;
            } finally {
                pendingLock.unlock();
            }
        } finally {
            fileLock.unlock();
        }
    }

    /** Drops what is not written, since nothing needs it any more, and closes. */
    void abandon() throws IOException {
        fileLock.lock();
        try {
            abandoned = true;
            file.close();
        } finally {
            fileLock.unlock();
        }
    }

    void close() throws IOException {
        fileLock.lock();
        try {
            file.close();
        } finally {
            fileLock.unlock();
        }
    }
}
