package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConnectRequestTest {
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final UUID HOST = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final int IN_DATA = 1 << 16;

    private final ByteBuffer entry = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer data = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    ConnectRequestTest() {
        entry.putShort(44, (short) 31).putInt(48, -1);
        data.putShort(16, (short) 0xffff);
        for (int i = 0; i < 16; i++) {
            data.put(i, (byte) (i * 0x11));
        }
        name(256, "nqn.2026-11.dev.pullboot:image");
        name(512, "nqn.2014-08.org.nvmexpress:uuid:x");
    }

    @Test
    void readsWhatAHostSays() throws ConnectException {
        ConnectRequest request = ConnectRequest.parse(entry, data, ADDRESS, 128);

        assertThat(request)
                .isEqualTo(new ConnectRequest(
                        0,
                        32,
                        true,
                        0xffffffffL,
                        new Host("nqn.2014-08.org.nvmexpress:uuid:x", HOST, ADDRESS),
                        0xffff,
                        "nqn.2026-11.dev.pullboot:image"));
        entry.put(46, (byte) 0xfc).putShort(42, (short) 5);
        assertThat(ConnectRequest.parse(entry, data, ADDRESS, 128).flowControl())
                .isFalse();
        assertThat(ConnectRequest.parse(entry, data, ADDRESS, 128).queue()).isEqualTo(5);
    }

    @Test
    void saysWhereAWrongParameterIs() {
        assertInvalid(e -> e.entry.putShort(44, (short) 0), 44);
        assertInvalid(e -> e.entry.putShort(44, (short) 128), 44);
        assertInvalid(e -> e.entry.putShort(44, (short) 0xffff), 44);
        assertInvalid(e -> e.data.putShort(16, (short) 1), 16 | IN_DATA);
        assertInvalid(e -> e.data.putLong(0, 0).putLong(8, 0), IN_DATA);
        assertInvalid(e -> e.data.put(256, (byte) 0), 256 | IN_DATA);
        assertInvalid(e -> e.name(256, "iqn.x:y"), 256 | IN_DATA);
        assertInvalid(e -> e.name(256, "nqn.../\n"), 256 | IN_DATA);
        assertInvalid(e -> e.name(512, "nqn.caf\u00e9"), 512 | IN_DATA);
        assertInvalid(e -> e.name(512, "nqn." + "A".repeat(220)), 512 | IN_DATA);
        assertInvalid(e -> e.name(512, "A".repeat(256)), 512 | IN_DATA);
    }

    @Test
    void takesTheLongestName() throws ConnectException {
        name(512, "nqn." + "A".repeat(219));

        assertThat(ConnectRequest.parse(entry, data, ADDRESS, 128).host().nqn()).hasSize(223);
    }

    @Test
    void refusesAnotherFormatAndLength() {
        data.limit(1023);
        ConnectException length =
                catchThrowableOfType(ConnectException.class, () -> ConnectRequest.parse(entry, data, ADDRESS, 128));
        assertThat(length.status() & 0x7ff).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);

        entry.putShort(40, (short) 1);
        ConnectException format =
                catchThrowableOfType(ConnectException.class, () -> ConnectRequest.parse(entry, data, ADDRESS, 128));
        assertThat(format.status() & 0x7ff).isEqualTo(NvmeStatus.CONNECT_INCOMPATIBLE_FORMAT);
    }

    private void name(int at, String name) {
        data.put(at, new byte[256]);
        data.put(at, name.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertInvalid(Consumer<ConnectRequestTest> change, int result) {
        ConnectRequestTest request = new ConnectRequestTest();
        change.accept(request);
        ConnectException error = catchThrowableOfType(
                ConnectException.class, () -> ConnectRequest.parse(request.entry, request.data, ADDRESS, 128));
        assertThat(error).as("an error").isNotNull();
        assertThat(error.status()).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS | NvmeStatus.DO_NOT_RETRY);
        assertThat(error.result()).isEqualTo(result);
    }
}
