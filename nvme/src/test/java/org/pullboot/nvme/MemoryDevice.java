package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/** A disk in memory, which fails and waits when a test says so. Safe for use from several threads. */
final class MemoryDevice implements BlockDevice {
    private final ByteBuffer bytes;
    private final boolean writable;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final AtomicReference<@Nullable CountDownLatch> readGate = new AtomicReference<>();
    private final AtomicReference<@Nullable CountDownLatch> writeGate = new AtomicReference<>();
    private final AtomicReference<@Nullable CountDownLatch> flushGate = new AtomicReference<>();

    private volatile boolean cached = true;
    private volatile @Nullable Supplier<IOException> readFault;
    private volatile @Nullable Supplier<IOException> writeFault;
    private volatile @Nullable Supplier<IOException> flushFault;
    private volatile @Nullable Supplier<RuntimeException> bug;

    /** Calls of {@link #read}, and of {@link #readNow} that read. */
    final LongAdder reads = new LongAdder();

    /** Calls of {@link #write}, {@link #writeZeroes} and {@link #deallocate} that changed something. */
    final LongAdder writes = new LongAdder();

    /** Calls that had to wait for a latch. */
    final LongAdder held = new LongAdder();

    /** Calls of {@link #settle}. */
    final LongAdder settles = new LongAdder();

    /** Calls of {@link #flush}. */
    final LongAdder flushes = new LongAdder();

    private MemoryDevice(int size, boolean writable) {
        if (size <= 0 || size % SECTOR != 0) {
            throw new IllegalArgumentException("a size is a multiple of " + SECTOR + ", not " + size);
        }
        this.bytes = ByteBuffer.allocateDirect(size);
        this.writable = writable;
    }

    /** All zeroes, and takes writes. */
    static MemoryDevice of(int size) {
        return new MemoryDevice(size, true);
    }

    /** Byte i is (i / 512 + i) mod 251, and it takes no writes. */
    static MemoryDevice readOnly(int size) {
        MemoryDevice device = new MemoryDevice(size, false);
        device.fill();
        return device;
    }

    /** Fills it, so that byte i is (i / 512 + i) mod 251. */
    void fill() {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, pattern(i));
        }
    }

    /** What {@link #fill} puts at an offset. */
    static byte pattern(long offset) {
        return (byte) ((offset / SECTOR + offset) % 251);
    }

    /** What it holds now, whatever faults are set. */
    byte[] content(long offset, int length) {
        byte[] content = new byte[length];
        lock.readLock().lock();
        try {
            bytes.get((int) offset, content);
        } finally {
            lock.readLock().unlock();
        }
        return content;
    }

    /** Whether reads need not wait; true at first. */
    void cached(boolean value) {
        cached = value;
    }

    /** Reads fail from now on; null: no more. */
    void failReads(@Nullable Supplier<IOException> fault) {
        readFault = fault;
    }

    /** Writes, zeroes, deallocations and settling fail from now on; null: no more. */
    void failWrites(@Nullable Supplier<IOException> fault) {
        writeFault = fault;
    }

    /** Flushes fail from now on; null: no more. */
    void failFlushes(@Nullable Supplier<IOException> fault) {
        flushFault = fault;
    }

    /** Everything throws this from now on, as a device with a bug would; null: no more. */
    void misbehave(@Nullable Supplier<RuntimeException> fault) {
        bug = fault;
    }

    /** {@link #read} waits for this latch from now on; null: no more. */
    void holdReads(@Nullable CountDownLatch gate) {
        readGate.set(gate);
    }

    /** What changes it waits for this latch from now on; null: no more. */
    void holdWrites(@Nullable CountDownLatch gate) {
        writeGate.set(gate);
    }

    /** {@link #flush} waits for this latch from now on; null: no more. */
    void holdFlushes(@Nullable CountDownLatch gate) {
        flushGate.set(gate);
    }

    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public boolean readNow(ByteBuffer into, long offset) throws IOException {
        if (!cached) {
            return false;
        }
        check(readFault);
        copyOut(into, offset);
        return true;
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        await(readGate);
        check(readFault);
        copyOut(into, offset);
    }

    private void copyOut(ByteBuffer into, long offset) {
        range(offset, into.remaining());
        lock.readLock().lock();
        try {
            int length = into.remaining();
            into.put(into.position(), bytes, (int) offset, length);
            into.position(into.position() + length);
        } finally {
            lock.readLock().unlock();
        }
        reads.increment();
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        change(offset, from.remaining());
        lock.writeLock().lock();
        try {
            int length = from.remaining();
            bytes.put((int) offset, from, from.position(), length);
            from.position(from.position() + length);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate) throws IOException {
        change(offset, length);
        zero(offset, length);
    }

    @Override
    public void deallocate(long offset, long length) throws IOException {
        change(offset, length);
        long first = (offset + 4095) & -4096;
        long last = offset + length & -4096;
        if (last > first) {
            zero(first, last - first);
        }
    }

    private void zero(long offset, long length) {
        lock.writeLock().lock();
        try {
            bytes.put((int) offset, new byte[(int) length]);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void change(long offset, long length) throws IOException {
        if (!writable) {
            throw new UnsupportedOperationException("this device takes no writes");
        }
        range(offset, length);
        await(writeGate);
        check(writeFault);
        writes.increment();
    }

    @Override
    public void settle() throws IOException {
        settles.increment();
        check(writeFault);
    }

    @Override
    public void flush() throws IOException {
        await(flushGate);
        flushes.increment();
        check(flushFault);
    }

    private void check(@Nullable Supplier<IOException> fault) throws IOException {
        Supplier<RuntimeException> mistake = bug;
        if (mistake != null) {
            throw mistake.get();
        }
        if (fault != null) {
            throw fault.get();
        }
    }

    private void range(long offset, long length) {
        if (offset < 0 || length < 0 || length > bytes.capacity() - offset || (offset | length) % SECTOR != 0) {
            throw new IllegalArgumentException(
                    length + " bytes at " + offset + " are not sectors of a device of " + bytes.capacity() + " bytes");
        }
    }

    private void await(AtomicReference<@Nullable CountDownLatch> gate) throws IOException {
        CountDownLatch latch = gate.get();
        if (latch != null) {
            held.increment();
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a test held this device", e);
            }
        }
    }
}
