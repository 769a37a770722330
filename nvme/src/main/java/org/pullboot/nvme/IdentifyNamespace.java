package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.volume.BlockDevice;

/**
 * The data structures of Identify that are about namespaces (NVM Express Base 2.0, 5.17.2; NVM Command Set 1.0, figure
 * 97).
 *
 * <p>One format: blocks of 512 bytes without metadata. Devices write each 4 KiB block wholly or not at all, so hosts are
 * told that this is the unit to write in, and that it survives a loss of power in one piece.
 */
final class IdentifyNamespace {
    static final int BYTES = 4096;

    /** Binary logarithm of {@link BlockDevice#SECTOR}. */
    private static final int BLOCK_SHIFT = 9;

    /** Blocks of 4 KiB, less one. */
    private static final int PREFERRED = 7;

    private static final int SIZE = 0;
    private static final int CAPACITY = 8;
    private static final int USE = 16;
    private static final int FEATURES = 24;
    private static final int SHARING = 30;
    private static final int DEALLOCATION = 33;
    private static final int ATOMIC_WRITE = 34;
    private static final int ATOMIC_WRITE_POWER_FAIL = 36;
    private static final int WRITE_GRANULARITY = 64;
    private static final int WRITE_ALIGNMENT = 66;
    private static final int DEALLOCATE_GRANULARITY = 68;
    private static final int DEALLOCATE_ALIGNMENT = 70;
    private static final int OPTIMAL_WRITE = 72;
    private static final int ATTRIBUTES = 99;
    private static final int NGUID = 104;
    private static final int FORMAT_0_SHIFT = 130;

    private static final int ATOMICITY_OF_ITS_OWN = 1 << 1;
    private static final int PREFERENCES_GIVEN = 1 << 4;
    private static final int SHARED = 1;
    private static final int READS_ZEROES = 1;
    private static final int WRITE_ZEROES_DEALLOCATES = 1 << 3;
    private static final int WRITE_PROTECTED = 1;

    private static final int TYPE_NGUID = 2;
    private static final int TYPE_UUID = 3;
    private static final int DESCRIPTOR = 4 + 16;

    private IdentifyNamespace() {}

    /** Zeroes: what is said of a namespace that could be, but is not there. */
    static ByteBuffer ofNone() {
        return Structure.ofBytes(BYTES);
    }

    /** CNS 00. */
    static ByteBuffer ofBlocks(Namespace namespace) {
        ByteBuffer page = Structure.ofBytes(BYTES);
        BlockDevice device = namespace.device();
        long blocks = device.size() >> BLOCK_SHIFT;
        page.putLong(SIZE, blocks);
        page.putLong(CAPACITY, blocks);
        page.putLong(USE, blocks);
        page.put(FEATURES, (byte) (ATOMICITY_OF_ITS_OWN | PREFERENCES_GIVEN));
        page.put(SHARING, (byte) SHARED);
        page.put(DEALLOCATION, (byte) (READS_ZEROES | WRITE_ZEROES_DEALLOCATES));
        for (int field : List.of(
                ATOMIC_WRITE,
                ATOMIC_WRITE_POWER_FAIL,
                WRITE_GRANULARITY,
                WRITE_ALIGNMENT,
                DEALLOCATE_GRANULARITY,
                DEALLOCATE_ALIGNMENT,
                OPTIMAL_WRITE)) {
            page.putShort(field, (short) PREFERRED);
        }
        page.put(ATTRIBUTES, (byte) (device.writable() ? 0 : WRITE_PROTECTED));
        Structure.putUuid(page, NGUID, namespace.uuid());
        page.put(FORMAT_0_SHIFT, (byte) BLOCK_SHIFT);
        return page;
    }

    /** CNS 02: the ids above one, unsigned, in ascending order. */
    static ByteBuffer activeIds(List<Namespace> namespaces, int above) {
        ByteBuffer page = Structure.ofBytes(BYTES);
        int at = 0;
        for (Namespace namespace : namespaces) {
            if (Integer.compareUnsigned(namespace.id(), above) > 0) {
                page.putInt(at, namespace.id());
                at += Integer.BYTES;
            }
        }
        return page;
    }

    /** CNS 03: its names. */
    static ByteBuffer descriptors(Namespace namespace) {
        ByteBuffer page = Structure.ofBytes(BYTES);
        putDescriptor(page, 0, TYPE_UUID, namespace);
        putDescriptor(page, DESCRIPTOR, TYPE_NGUID, namespace);
        return page;
    }

    /** CNS 08: what does not depend on the command set. */
    static ByteBuffer independent(@Nullable Namespace namespace) {
        ByteBuffer page = Structure.ofBytes(BYTES);
        if (namespace != null) {
            page.put(1, (byte) SHARED);
            page.put(8, (byte) (namespace.device().writable() ? 0 : WRITE_PROTECTED));
            // NSTAT: ready.
            page.put(14, (byte) 1);
        }
        return page;
    }

    private static void putDescriptor(ByteBuffer page, int offset, int type, Namespace namespace) {
        page.put(offset, (byte) type);
        page.put(offset + 1, (byte) 16);
        Structure.putUuid(page, offset + 4, namespace.uuid());
    }
}
