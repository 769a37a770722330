package org.pullboot.nvme;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

final class ClientHelloFuzzTest {
    @FuzzTest
    void readsAHelloOrRefuses(byte[] bytes) {
        try {
            ClientHello.parse(bytes).offers().forEach(offer -> TlsIdentity.parse(offer.identity()));
        } catch (TlsAlert declared) {
            // The one way to say no.
        }
    }

    /** The first byte says in which pieces the rest comes. */
    @FuzzTest
    void readsRecordsOrRefuses(byte[] bytes) {
        int piece = bytes.length == 0 ? 1 : 1 + Byte.toUnsignedInt(bytes[0]);
        ClientHelloReader reader = new ClientHelloReader();
        try {
            for (int at = 1; at < bytes.length; at += piece) {
                if (reader.read(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)))
                        .isPresent()) {
                    return;
                }
            }
        } catch (TlsAlert declared) {
            // The one way to say no.
        }
    }
}
