package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryDeviceTest {
    @Test
    void readsWhatWasWritten() throws IOException {
        MemoryDevice device = MemoryDevice.of(1 << 16);
        ByteBuffer sector = ByteBuffer.allocateDirect(512);
        sector.put(0, (byte) 7).put(511, (byte) 9);

        device.write(sector, 1024);

        assertThat(sector.hasRemaining()).isFalse();
        ByteBuffer read = ByteBuffer.allocateDirect(512);
        assertThat(device.readNow(read, 1024)).isTrue();
        assertThat(read.hasRemaining()).isFalse();
        assertThat(read.get(0)).isEqualTo((byte) 7);
        assertThat(read.get(511)).isEqualTo((byte) 9);
    }

    @Test
    void deallocatesWholeBlocksOnly() throws IOException {
        MemoryDevice device = MemoryDevice.of(1 << 16);
        device.fill();

        device.deallocate(512, 8192);

        assertThat(device.content(512, 512)).contains(MemoryDevice.pattern(512));
        assertThat(device.content(4096, 4096)).containsOnly(0);
        assertThat(device.content(8192, 1)).containsExactly(MemoryDevice.pattern(8192));
    }

    @Test
    void failsAsItIsTold() {
        MemoryDevice device = MemoryDevice.readOnly(4096);
        device.failReads(() -> new IOException("medium"));

        assertThatThrownBy(() -> device.read(ByteBuffer.allocateDirect(512), 0)).hasMessage("medium");
        device.cached(false);
        assertThat(device.writable()).isFalse();
    }
}
