package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class KernelHeaderTest {
    static byte[] kernel(String version) {
        ByteBuffer kernel = ByteBuffer.allocate(0x800).order(ByteOrder.LITTLE_ENDIAN);
        kernel.putInt(0x202, 0x53726448).putShort(0x20E, (short) 0x400);
        kernel.put(0x600, (version + " (someone@somewhere) #1 SMP").getBytes(StandardCharsets.US_ASCII));
        return kernel.array();
    }

    @Test
    void readsTheVersionUpToItsBlank() {
        ByteBuffer kernel = ByteBuffer.wrap(kernel("6.12.1-amd64")).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(KernelHeader.version(kernel)).hasValue("6.12.1-amd64");
    }

    @Test
    void saysNothingOfOtherFiles() {
        assertThat(KernelHeader.version(ByteBuffer.allocate(0x800))).isEmpty();
        assertThat(KernelHeader.version(ByteBuffer.allocate(0))).isEmpty();
    }

    @Test
    void survivesEveryTruncationAndPointer() {
        byte[] kernel = kernel("6.12.1");
        for (int length = 0; length <= kernel.length; length++) {
            KernelHeader.version(ByteBuffer.wrap(kernel, 0, length).order(ByteOrder.LITTLE_ENDIAN));
        }
        for (int pointer = 0; pointer < 1 << 16; pointer++) {
            ByteBuffer damaged = ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN);
            KernelHeader.version(damaged.putShort(0x20E, (short) pointer));
        }
    }
}
