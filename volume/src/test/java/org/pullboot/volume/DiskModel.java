package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** What a disk has to hold, in an array; does at random to a disk and to itself the same. */
final class DiskModel {
    private static final int MOST_BYTES = 600 << 10;

    private byte[] content;
    private final Random random;
    private final int from;
    private final int to;

    /** Changes the bytes from one on, up to another. */
    DiskModel(byte[] content, Random random, int from, int to) {
        this.content = content;
        this.random = random;
        this.from = from;
        this.to = to;
    }

    byte[] content() {
        return content.clone();
    }

    void become(byte[] other) {
        content = other.clone();
    }

    private int[] range() {
        int sectors = (to - from) / BlockDevice.SECTOR;
        int first = random.nextInt(sectors);
        int scale = random.nextInt(3);
        int most = scale == 0 ? 8 : scale == 1 ? 64 : MOST_BYTES / BlockDevice.SECTOR;
        int count = 1 + random.nextInt(Math.min(sectors - first, most));
        if (random.nextInt(3) == 0) {
            first &= ~7;
        }
        return new int[] {from + first * BlockDevice.SECTOR, Math.min(count, sectors - first) * BlockDevice.SECTOR};
    }

    void step(BlockDevice disk) throws IOException {
        int[] range = range();
        int kind = random.nextInt(20);
        if (kind < 8) {
            byte[] bytes = new byte[range[1]];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, content, range[0], range[1]);
            disk.write(direct(bytes), range[0]);
        } else if (kind < 10) {
            disk.writeZeroes(range[0], range[1], kind == 8);
            Arrays.fill(content, range[0], range[0] + range[1], (byte) 0);
        } else if (kind < 12) {
            disk.deallocate(range[0], range[1]);
            int first = (range[0] + 4095) / 4096 * 4096;
            int end = range[0] + range[1];
            end = end == content.length ? end : end / 4096 * 4096;
            if (first < end) {
                Arrays.fill(content, first, end, (byte) 0);
            }
        } else if (kind == 12) {
            disk.flush();
        } else if (kind == 13) {
            disk.settle();
        } else {
            checkRange(disk, range[0], range[1]);
        }
    }

    void check(BlockDevice disk) throws IOException {
        checkRange(disk, from, to - from);
    }

    private void checkRange(BlockDevice disk, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(length + 7).position(7);
        if (!random.nextBoolean() || !disk.readNow(into, offset)) {
            assertThat(into.position()).isEqualTo(7);
            disk.read(into, offset);
        }
        byte[] read = new byte[length];
        into.position(7).get(read);
        int differs = Arrays.mismatch(read, Arrays.copyOfRange(content, offset, offset + length));
        assertThat(differs)
                .describedAs("the first wrong byte of %d at %d", length, offset)
                .isEqualTo(-1);
    }

    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
