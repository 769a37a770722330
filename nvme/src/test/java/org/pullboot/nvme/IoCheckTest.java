package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IoCheckTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, 100, true",
        "99, 1, 100, true",
        "100, 0, 100, true",
        "0, 100, 100, true",
        "100, 1, 100, false",
        "99, 2, 100, false",
        "0, 101, 100, false",
        "-1, 1, 100, false",
        "-1, 0, 100, false",
        "9223372036854775807, 1, 100, false",
        "36028797018963968, 1, 100, false",
        "0, 4294967295, 100, false"
    })
    void blocksLieWithinADeviceOrDoNot(long first, long count, long size, boolean within) {
        assertThat(IoCheck.inRange(first, count, size)).isEqualTo(within);
    }

    @ParameterizedTest
    @CsvSource({
        // type, address, length, in the capsule, from the host: status
        "0x5a, 0, 4096, 0, true, 0x000",
        "0x5a, 0, 4096, 0, false, 0x000",
        "0x5a, 77, 4096, 0, true, 0x000",
        "0x5a, 0, 4096, 4096, true, 0x002",
        "0x01, 0, 4096, 4096, true, 0x000",
        "0x01, 0, 4096, 4096, false, 0x011",
        "0x01, 0, 4096, 512, true, 0x00f",
        "0x01, 0, 4096, 0, true, 0x00f",
        "0x01, 1, 4096, 4096, true, 0x016",
        "0x01, -1, 4096, 4096, true, 0x016",
        "0x00, 0, 4096, 4096, true, 0x011",
        "0x02, 0, 4096, 0, true, 0x011",
        "0x03, 0, 4096, 0, true, 0x011",
        "0x40, 0, 4096, 0, true, 0x011",
        "0xff, 0, 4096, 0, true, 0x011",
    })
    void dataIsWhereItMayBe(String type, long address, int length, int inCapsule, boolean fromHost, String status) {
        ByteBuffer entry = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(24, address)
                .putInt(32, length)
                .put(39, Integer.decode(type).byteValue());

        assertThat(IoCheck.sgl(entry, 0, inCapsule, fromHost) & 0x7ff).isEqualTo(Integer.decode(status));
    }

    @Test
    void onlyCommandsThatAreAnnouncedAreKnown() {
        for (int opcode = 0; opcode < 256; opcode++) {
            boolean expected = switch (opcode) {
                case 0x00, 0x01, 0x02, 0x05, 0x08, 0x09, 0x0c -> true;
                default -> false;
            };
            assertThat(IoCheck.known(opcode)).as("opcode %02x", opcode).isEqualTo(expected);
        }
    }
}
