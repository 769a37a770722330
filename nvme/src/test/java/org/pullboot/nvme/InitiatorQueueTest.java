package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the PDUs of a command can be wrong in together is seen. The first command of a new queue has cid 0x001f. */
final class InitiatorQueueTest {
    private static final String CONNECTED = response("0100", "1f00", "0000", "01000000");
    private static final String READ_DONE = response("0200", "1f10", "0000", "00000000");

    private final InitiatorPeer peer;
    private final InitiatorConnection connection;
    private InitiatorQueue queue;

    InitiatorQueueTest() throws IOException {
        peer = new InitiatorPeer();
        connection = InitiatorConnection.raw(peer.address());
        queue = new InitiatorQueue(connection, 1, 33, true);
    }

    @BeforeEach
    void initialise() throws IOException {
        peer.accept();
        peer.send(InitiatorPeer.IC_RESP);
        connection.initialised();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
    }

    @Test
    void aReadIsPutTogether() throws IOException {
        connect();
        peer.send(data("00", "1f10", 0, "01020304"), data("04", "1f10", 4, "05060708"), READ_DONE);

        InitiatorCommand read = queue.execute(InitiatorSqe.read(1, 0, 1), 8);

        assertThat(read.data()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(queue.underWay()).isZero();
    }

    @Test
    void aWriteIsSentAsItIsAskedFor() throws IOException {
        connect();
        peer.receive(72 + 1024);
        peer.send("0900180018000000" + "1f10beef" + "00000000" + "00120000" + "00000000", READ_DONE);

        InitiatorCommand write = queue.executeOnDemand(InitiatorSqe.write(1, 0, 9), new byte[0x1200]);

        assertThat(write.succeeded()).isTrue();
        peer.receive(72);
        assertThat(peer.receive(24)).isEqualTo("0600181818100000" + "1f10beef" + "00000000" + "00100000" + "00000000");
        peer.receive(4096);
        assertThat(peer.receive(24)).isEqualTo("0604181818020000" + "1f10beef" + "00100000" + "00020000" + "00000000");
    }

    @ParameterizedTest
    @CsvSource({
        "1e10, 0, 0102030405060708, 04, is not under way",
        "1f00, 0, 0102030405060708, 04, is not under way",
        "1f10, 4, 0102030405060708, 04, for offset 4",
        "1f10, 0, 010203040506070809, 04, 9 bytes of data",
        "1f10, 0, 0102030405060708, 00, none of it marked as the last",
        "1f10, 0, 0102030405060708, 0c, SQ flow control is on",
    })
    void wrongDataIsSeen(String cid, int offset, String content, String flags, String complaint) throws IOException {
        connect();
        peer.send(data(flags, cid, offset, content));

        assertThatThrownBy(() -> queue.execute(InitiatorSqe.read(1, 0, 1), 8))
                .isInstanceOf(InitiatorViolation.class)
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "0200, 1f10, 0000, 00000000, 0 of 8 bytes came",
        "0200, 1f10, 0100, 00000000, phase bit",
        "0200, 1f10, 0400, 01000000, result 0x1",
        "0300, 1f10, 0400, 00000000, SQHD of queue 1 is 3",
        "0000, 1f10, 0400, 00000000, SQHD of queue 1 is 0",
        "0200, 1f20, 0400, 00000000, is not under way",
    })
    void aWrongCompletionIsSeen(String head, String cid, String status, String result, String complaint)
            throws IOException {
        connect();
        peer.send(response(head, cid, status, result));

        assertThatThrownBy(() -> queue.execute(InitiatorSqe.read(1, 0, 1), 8))
                .isInstanceOf(InitiatorViolation.class)
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource({"1f10, 4, 8, where 0 of 8", "1f10, 0, 9, 9 bytes from 0", "1f10, 0, 0, 0 bytes from 0"})
    void aWrongDemandIsSeen(String cid, int offset, int length, String complaint) throws IOException {
        connect();
        peer.send("0900180018000000%s0100%s%s00000000".formatted(cid, le32(offset), le32(length)));

        assertThatThrownBy(() -> queue.executeOnDemand(InitiatorSqe.write(1, 0, 1), new byte[8]))
                .isInstanceOf(InitiatorViolation.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void aWriteThatSucceedsWithoutItsDataIsSeen() throws IOException {
        connect();
        peer.send(READ_DONE);

        assertThatThrownBy(() -> queue.executeOnDemand(InitiatorSqe.write(1, 0, 1), new byte[8]))
                .hasMessageContaining("asked for 0 of 8 bytes");
    }

    @Test
    void withoutFlowControlTheLastDataCompletes() throws IOException {
        queue = new InitiatorQueue(connection, 1, 33, false);
        peer.send(response("ffff", "1f00", "0000", "01000000"));
        queue.connect(InitiatorSqe.connect(1, 33, false, 0), new byte[1024]);
        peer.send(data("0c", "1f10", 0, "0102030405060708"));

        assertThat(queue.execute(InitiatorSqe.read(1, 0, 1), 8).data()).hasSize(8);
    }

    @Test
    void theEndOfTheConnectionIsToldFromItsTermination() throws IOException {
        connect();
        peer.send("0300180018000000" + "0300" + "efbeadde" + "00".repeat(10));

        assertThatThrownBy(() -> queue.execute(InitiatorSqe.flush(1)))
                .isInstanceOf(InitiatorTermination.class)
                .hasMessageContaining("status 3, information 0xdeadbeef");

        peer.close();
        assertThatThrownBy(() -> queue.execute(InitiatorSqe.flush(1))).isInstanceOf(EOFException.class);
    }

    private void connect() throws IOException {
        peer.send(CONNECTED);
        queue.connect(InitiatorSqe.connect(1, 33, true, 0), new byte[1024]);
    }

    private static String response(String head, String cid, String status, String result) {
        return "0500180018000000" + result + "00000000" + head + "0100" + cid + status;
    }

    private static String data(String flags, String cid, int offset, String data) {
        int length = data.length() / 2;
        return "07" + flags + "1818" + le32(24 + length) + cid + "0000" + le32(offset) + le32(length) + "00000000"
                + data;
    }

    private static String le32(int value) {
        return java.util.HexFormat.of()
                .toHexDigits(ByteBuffer.allocate(4)
                        .putInt(0, Integer.reverseBytes(value))
                        .getInt(0));
    }
}
