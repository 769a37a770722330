package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes that a host sends, beside those that were put together by hand from the specification's figures. */
final class InitiatorFrameTest {
    private static final InitiatorOptions DIGESTS = InitiatorOptions.PLAIN.withDigests(true, true);

    @Test
    void aConnectionIsInitialisedWith128Bytes() {
        assertThat(hex(InitiatorFrame.icReq(new InitiatorOptions(3, true, false, 7))))
                .isEqualTo("0000800080000000" + "0000" + "03" + "01" + "07000000" + "00".repeat(112));
    }

    @Test
    void aCommandWithoutDataIsItsEntryBehindAHeader() {
        InitiatorSqe read =
                InitiatorSqe.read(1, 0x0102030405060708L, 8).cid(0xa001).fitSgl(false, 4096);

        assertThat(hex(new InitiatorFrame(InitiatorOptions.PLAIN).capsule(read, ByteBuffer.allocate(0))))
                .isEqualTo("0400480048000000"
                        + "024001a0" + "01000000" + "00".repeat(16)
                        + "0000000000000000" + "00100000" + "0000005a"
                        + "0807060504030201" + "0700" + "00".repeat(14));
    }

    @Test
    void dataGoesBehindTheHeaderDigestAndBeforeItsOwn() {
        InitiatorSqe write = InitiatorSqe.write(1, 0, 1).cid(1).fitSgl(true, 9);
        byte[] pdu = new InitiatorFrame(DIGESTS)
                .capsule(write, ByteBuffer.wrap("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .bytes();

        assertThat(hex(pdu, 0, 8)).isEqualTo("0403484c59000000");
        assertThat(hex(pdu, 76, 89)).isEqualTo("313233343536373839" + "839206e3");
    }

    @Test
    void dataOnDemandSaysWhichPartItIs() {
        assertThat(hex(new InitiatorFrame(InitiatorOptions.PLAIN)
                        .h2cData(0x1234, 0xbeef, 0x10000, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), true)))
                .isEqualTo("060418181c000000" + "3412efbe" + "00000100" + "04000000" + "00000000" + "01020304");
    }

    @Test
    void digestsCanBeWrong() {
        InitiatorSqe flush = InitiatorSqe.flush(1).cid(1);
        byte[] right = new InitiatorFrame(DIGESTS)
                .capsule(flush, ByteBuffer.allocate(4))
                .bytes();
        byte[] wrong = new InitiatorFrame(DIGESTS)
                .capsule(flush, ByteBuffer.allocate(4))
                .wrongHeaderDigest()
                .wrongDataDigest()
                .bytes();

        assertThat(hex(wrong, 0, 72)).isEqualTo(hex(right, 0, 72));
        assertThat(hex(wrong, 72, 76)).isNotEqualTo(hex(right, 72, 76));
        assertThat(hex(wrong, 80, 84)).isNotEqualTo(hex(right, 80, 84));
    }

    private static String hex(InitiatorFrame frame) {
        return HexFormat.of().formatHex(frame.bytes());
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }
}
