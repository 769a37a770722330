package org.pullboot.nvme;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Whatever a host sends first is understood, or refused with the one error that is declared for it. */
class FramingFuzzTest {
    @FuzzTest
    void headersAreCheckedOrRefused(byte[] bytes) {
        ByteBuffer input = ByteBuffer.wrap(Arrays.copyOf(bytes, 136)).order(ByteOrder.LITTLE_ENDIAN);
        boolean digests = bytes.length % 2 == 0;
        for (Session session : new Session[] {Session.NEW, new Session(true, digests, !digests, 4)}) {
            try {
                int need = Pdu.check(input, 0, session);
                if (need < Pdu.COMMON || need > Pdu.MAX_WHOLE) {
                    throw new AssertionError("a PDU that needs " + need + " bytes");
                }
                if (!session.initialised() && need == Pdu.IC_BYTES) {
                    Session.of(input, 0);
                }
            } catch (PduException e) {
                if (e.status() < 1 || e.status() > 6) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @FuzzTest
    void connectCommandsAreReadOrRefused(byte[] bytes) {
        byte[] padded = Arrays.copyOf(bytes, 64 + 1024);
        ByteBuffer entry = ByteBuffer.wrap(padded, 0, 64).slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer data = ByteBuffer.wrap(padded, 64, 1024).slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            ConnectRequest request = ConnectRequest.parse(entry, data, InetAddress.getLoopbackAddress(), 128);
            if (request.entries() < 2 || request.entries() > 128) {
                throw new AssertionError(request);
            }
        } catch (ConnectException e) {
            if (e.status() == NvmeStatus.SUCCESS) {
                throw new AssertionError(e);
            }
        }
    }
}
