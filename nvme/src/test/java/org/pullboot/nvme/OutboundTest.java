package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes of every PDU that the target sends, by the tables of the specification. */
class OutboundTest {
    private static final HexFormat HEX = HexFormat.of();

    private final BufferPool pool = new BufferPool(BufferPool.MINIMUM);
    private final LoopWatch watch = new LoopWatch();
    private final EventLoop loop;
    private final Outbound out;
    private final Sink sink = new Sink();

    OutboundTest() throws IOException {
        loop = new EventLoop("test", pool, Timeouts.defaults(), watch);
        out = new Outbound(loop);
    }

    @AfterEach
    void nothingIsLeased() {
        assertThat(pool.leased()).isZero();
        loop.close();
        watch.close();
    }

    @Test
    void icRespGrantsTheDigestsThatWereAskedFor() throws IOException {
        out.initialised(1 << 20, new Session(true, true, false, 4));

        byte[] sent = sent();
        assertThat(sent).hasSize(128);
        assertThat(HEX.formatHex(sent, 0, 16)).isEqualTo("01008000800000000000000100001000");
        assertThat(HEX.formatHex(sent, 16, 128)).matches("0+");
    }

    @Test
    void aCompletionSaysWhichCommandAndHow() throws IOException {
        out.completion(0x1122334455667788L, 7, 2, 0xfffe, NvmeStatus.LBA_OUT_OF_RANGE | NvmeStatus.DO_NOT_RETRY);

        assertThat(HEX.formatHex(sent()))
                .isEqualTo("0500180018000000" + "8877665544332211" + "0700" + "0200" + "feff" + "0081");
    }

    @Test
    void aReadyToTransferAsksForEverything() throws IOException {
        out.readyToTransfer(0x1234, 0xffff, 0x20000);

        assertThat(HEX.formatHex(sent()))
                .isEqualTo("0900180018000000" + "3412ffff" + "00000000" + "00000200" + "00000000");
    }

    @Test
    void dataHasItsDigestsAndPadding() throws IOException {
        out.agree(new Session(true, true, true, 64));
        out.data(9, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));

        byte[] sent = sent();
        assertThat(sent).hasSize(64 + 4 + 4);
        assertThat(HEX.formatHex(sent, 0, 24))
                .isEqualTo("0707184048000000" + "09000000" + "00000000" + "04000000" + "00000000");
        assertThat(HEX.formatHex(sent, 24, 28)).isEqualTo(digest(sent, 0, 24));
        assertThat(HEX.formatHex(sent, 28, 64)).matches("0+");
        assertThat(HEX.formatHex(sent, 64, 68)).isEqualTo("01020304");
        assertThat(HEX.formatHex(sent, 68, 72)).isEqualTo(digest(sent, 64, 68));
    }

    @Test
    void aTerminationShowsTheHeaderThatWasWrong() throws IOException {
        ByteBuffer wrong = ByteBuffer.wrap(HEX.parseHex("aabbccddee"));
        out.terminate(PduException.headerDigest(0x01020304), wrong, 1, 3);

        assertThat(HEX.formatHex(sent()))
                .isEqualTo("030018001b000000" + "0300" + "04030201" + "00".repeat(10) + "bbccdd");
    }

    @Test
    void longAnswersAreCutIntoPiecesInOrder() throws IOException {
        byte[] content = new byte[40_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 7);
        }
        out.data(1, ByteBuffer.wrap(content));

        ByteBuffer sent = ByteBuffer.wrap(sent()).order(ByteOrder.LITTLE_ENDIAN);
        int expected = 0;
        while (sent.hasRemaining()) {
            int at = sent.position();
            int length = sent.getInt(at + 16);
            assertThat(sent.getInt(at + 12)).isEqualTo(expected);
            assertThat(sent.get(at + 1)).isEqualTo((byte) (expected + length == content.length ? Pdu.LAST : 0));
            byte[] piece = new byte[length];
            sent.get(at + 24, piece);
            assertThat(piece).isEqualTo(Arrays.copyOfRange(content, expected, expected + length));
            expected += length;
            sent.position(at + sent.getInt(at + 4));
        }
        assertThat(expected).isEqualTo(content.length);
    }

    @Test
    void manyAnswersGoOutInOrderHoweverLittleIsTaken() throws IOException {
        sink.most = 1000;
        for (int i = 0; i < 5000; i++) {
            out.completion(i, 0, 1, i, 0);
        }
        assertThat(out.bytes()).isEqualTo(5000 * 24);

        ByteBuffer sent = ByteBuffer.wrap(sent()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 5000; i++) {
            assertThat(sent.getLong(i * 24 + 8)).isEqualTo(i);
        }
    }

    @Test
    void dataReadInPlaceIsSentInPlace() throws IOException {
        Segment segment = Objects.requireNonNull(out.roomForData(512, 0));
        segment.bytes.put(segment.end + out.dataStart(), (byte) 0x5a);
        out.data(segment, 3, 512, Pdu.LAST | Pdu.SUCCEEDED);

        byte[] sent = sent();
        assertThat(sent).hasSize(24 + 512);
        assertThat(HEX.formatHex(sent, 0, 25))
                .isEqualTo("070c181818020000" + "03000000" + "00000000" + "00020000" + "000000005a");
    }

    private static String digest(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return HEX.toHexDigits(Integer.reverseBytes((int) crc.getValue()));
    }

    private byte[] sent() throws IOException {
        assertThat(out.write(sink)).isTrue();
        assertThat(out.isEmpty()).isTrue();
        return sink.taken.toByteArray();
    }

    /** Takes up to so many bytes at a time. */
    private static final class Sink implements Wire {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int most = Integer.MAX_VALUE;

        @Override
        public int read(ByteBuffer into) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] from, int count) {
            int left = most;
            for (int i = 0; i < count && left > 0; i++) {
                byte[] piece = new byte[Math.min(left, from[i].remaining())];
                from[i].get(piece);
                taken.writeBytes(piece);
                left -= piece.length;
            }
            return (long) most - left;
        }

        @Override
        public void close() {}
    }
}
