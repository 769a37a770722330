package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A disk in QEMU's image format (qcow2, versions 2 and 3), as a whole and alone in one file: no backing file, no encryption, no
 * data elsewhere. Its snapshots are not looked at. All numbers in it are big-endian. Used by one thread; the channel stays the
 * caller's.
 */
public final class Qcow2Image {
    private static final int MAGIC = 0x514649FB;
    private static final int HEADER_BYTES = 72;
    private static final int HEADER_BYTES_3 = 104;
    private static final int BACKING_FILE = 8;
    private static final int CLUSTER_BITS = 20;
    private static final int SIZE = 24;
    private static final int ENCRYPTION = 32;
    private static final int L1_ENTRIES = 36;
    private static final int L1_OFFSET = 40;
    private static final int INCOMPATIBLE_FEATURES = 72;
    /** Only that it was not closed well: what it says of free room is wrong, which no reader minds. */
    private static final long DIRTY = 1;

    private static final int LEAST_CLUSTER_BITS = 9;
    private static final int MOST_CLUSTER_BITS = 21;
    private static final int MOST_L1_ENTRIES = 4 << 20;
    private static final long OFFSET = 0x00fffffffffffe00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long ZERO = 1;
    private static final int SECTOR = 512;

    private final FileChannel file;
    private final int clusterBits;
    private final int clusterBytes;
    private final long size;
    private final ByteBuffer l1;
    private final ByteBuffer l2;
    private final ByteBuffer cluster;
    private final boolean version3;

    private Qcow2Image(FileChannel file, ByteBuffer header, boolean version3) throws IOException {
        this.file = file;
        this.version3 = version3;
        this.clusterBits = header.getInt(CLUSTER_BITS);
        if (clusterBits < LEAST_CLUSTER_BITS || clusterBits > MOST_CLUSTER_BITS) {
            throw damaged("it has clusters of 2^" + clusterBits + " bytes");
        }
        this.clusterBytes = 1 << clusterBits;
        this.size = header.getLong(SIZE);
        long tableCovers = (long) clusterBytes * (clusterBytes / Long.BYTES);
        int entries = header.getInt(L1_ENTRIES);
        if (size < 0 || entries < 0 || entries > MOST_L1_ENTRIES || size / tableCovers > entries) {
            throw damaged("it has " + size + " bytes and " + entries + " tables");
        }
        int needed = (int) ((size + tableCovers - 1) / tableCovers);
        if (needed > entries) {
            throw damaged("it has " + size + " bytes but only " + entries + " tables");
        }
        this.l1 = ByteBuffer.allocate(needed * Long.BYTES);
        read(l1, header.getLong(L1_OFFSET));
        this.l2 = ByteBuffer.allocate(clusterBytes);
        this.cluster = ByteBuffer.allocateDirect(clusterBytes);
    }

    /**
     * Reads the head of an image.
     *
     * @param file an image, open for reading
     * @throws ImageException when it is none, is damaged, or is of a kind that only QEMU can read
     * @throws IOException when it cannot be read
     */
    public static Qcow2Image open(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES_3);
        int bytes = Math.max(0, file.read(header, 0));
        if (bytes < HEADER_BYTES || header.getInt(0) != MAGIC) {
            throw damaged("its header is not that of one");
        }
        int version = header.getInt(4);
        if (version != 2 && version != 3) {
            throw special("it is of version " + version);
        }
        if (version == 3 && bytes < HEADER_BYTES_3) {
            throw damaged("it ends in its header");
        }
        if (header.getLong(BACKING_FILE) != 0) {
            throw special("it has a backing file");
        }
        if (header.getInt(ENCRYPTION) != 0) {
            throw special("it is encrypted");
        }
        if (version == 3 && (header.getLong(INCOMPATIBLE_FEATURES) & ~DIRTY) != 0) {
            throw special("it uses the features 0x" + Long.toHexString(header.getLong(INCOMPATIBLE_FEATURES)));
        }
        return new Qcow2Image(file, header, version == 3);
    }

    /** The bytes of the disk, holes included. */
    public long size() {
        return size;
    }

    /**
     * Writes the whole disk.
     *
     * @throws ImageException when the image is damaged
     * @throws IOException when it cannot be read, or the disk not be written
     */
    public void copyTo(SparseFileWriter disk) throws IOException {
        long at = 0;
        for (int table = 0; at < size; table++) {
            long l2Offset = l1.getLong(table * Long.BYTES) & OFFSET;
            if (l2Offset != 0) {
                read(l2.clear(), l2Offset);
            }
            for (int entry = 0; entry < clusterBytes / Long.BYTES && at < size; entry++) {
                int bytes = (int) Math.min(clusterBytes, size - at);
                long place = l2Offset == 0 ? 0 : l2.getLong(entry * Long.BYTES);
                if (isHole(place)) {
                    disk.skip(bytes);
                } else {
                    fill(place);
                    disk.write(cluster.limit(bytes));
                }
                at += bytes;
            }
        }
    }

    private boolean isHole(long place) {
        return (place & COMPRESSED) == 0 && ((place & OFFSET) == 0 || (version3 && (place & ZERO) != 0));
    }

    private void fill(long place) throws IOException {
        cluster.clear();
        if ((place & COMPRESSED) == 0) {
            // The last cluster of a file may be cut where nothing was written yet.
            long offset = place & OFFSET;
            int read = 0;
            while (read >= 0 && cluster.hasRemaining()) {
                read = file.read(cluster, offset + cluster.position());
            }
            while (cluster.hasRemaining()) {
                cluster.put((byte) 0);
            }
        } else {
            inflate(place & ~(3L << 62));
        }
        cluster.flip();
    }

    /** The descriptor has the offset in its low bits and the number of further sectors above them. */
    private void inflate(long descriptor) throws IOException {
        int offsetBits = 62 - (clusterBits - 8);
        long offset = descriptor & ((1L << offsetBits) - 1);
        long sectors = (descriptor >>> offsetBits) + 1;
        int bytes = (int) (sectors * SECTOR - offset % SECTOR);
        ByteBuffer packed = ByteBuffer.allocate(bytes);
        int read = Math.max(0, file.read(packed, offset));
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed.array(), 0, read);
            while (cluster.hasRemaining()) {
                if (inflater.inflate(cluster) == 0) {
                    throw damaged("a compressed cluster is too short");
                }
            }
        } catch (DataFormatException e) {
            throw new ImageException("the qcow2 image is damaged: a compressed cluster cannot be unpacked", e);
        }
    }

    private void read(ByteBuffer buffer, long offset) throws IOException {
        long at = offset;
        while (buffer.hasRemaining()) {
            int read = at < 0 ? -1 : file.read(buffer, at);
            if (read < 0) {
                throw damaged("a table lies outside of the file");
            }
            at += read;
        }
        buffer.flip();
    }

    private static ImageException damaged(String how) {
        return new ImageException("the qcow2 image is damaged: " + how);
    }

    private static ImageException special(String why) {
        return new ImageException("the qcow2 image cannot be converted: " + why
                + ": make a plain one of it with 'qemu-img convert -O raw FILE FILE.raw'");
    }
}
