package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class TlsManyRecordsIT {
    private static final byte APPLICATION_DATA = 23;

    /** BouncyCastle of its own accord asks for new keys after 2^20 records, which a host with kernel TLS cannot do. */
    @Test
    void keysAreNeverChangedHoweverMuchIsSent() throws Exception {
        TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
        TlsPskEngine engine =
                TlsPskEngine.of(TlsPskEngineTest.exports(secret), TlsPskEngine.crypto(new SecureRandom()));
        TlsPskClient client = TlsPskClient.offering(secret.keys(
                        "nqn.2014-08.org.nvmexpress:uuid:6f1d2c3b-0a4e-4c58-9d7f-112233445566",
                        "nqn.2026-01.org.pullboot:image")
                .getFirst());
        ByteBuffer out = ByteBuffer.allocate(4096);
        while (!engine.handshaken()) {
            engine.unwrap(ByteBuffer.wrap(client.output()), ByteBuffer.allocate(100));
            engine.wrap(ByteBuffer.allocate(0), out.clear());
            client.input(out.flip());
        }
        for (int i = 0; i < (1 << 20) + 10; i++) {
            // Header, one byte, its type, tag: a second record, or another, would not fit in.
            assertThat(engine.wrap(ByteBuffer.wrap(new byte[] {1}), out.clear()))
                    .isEqualTo(5 + 1 + 1 + 16);
            assertThat(out.get(0)).isEqualTo(APPLICATION_DATA);
        }
    }
}
