package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a PDU by itself can be wrong in is seen. */
final class InitiatorPduReaderTest {
    private static final String RESPONSE = "0500180018000000" + "0000000000000000" + "0500" + "0100" + "3412" + "0000";

    private final InitiatorPeer peer;
    private InitiatorConnection connection;

    InitiatorPduReaderTest() throws IOException {
        peer = new InitiatorPeer();
        connection = InitiatorConnection.raw(peer.address());
    }

    @BeforeEach
    void accept() throws IOException {
        peer.accept();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
    }

    @Test
    void aCompletionIsRead() throws IOException {
        peer.send(InitiatorPeer.IC_RESP, RESPONSE);
        connection.initialised();

        InitiatorPdu pdu = connection.expect(InitiatorPdu.CAPSULE_RESP);

        assertThat(pdu.u16(16)).isEqualTo(5);
        assertThat(pdu.u16(20)).isEqualTo(0x1234);
        assertThat(connection.maximumData()).isEqualTo(4096);
    }

    @Test
    void dataIsReadThoughItComesInPieces() throws IOException {
        peer.send(InitiatorPeer.IC_RESP);
        connection.initialised();
        peer.send("0704", "181820000000" + "34120000" + "00000000" + "08000000" + "00000000", "0102030405", "060708");

        InitiatorPdu pdu = connection.expect(InitiatorPdu.C2H_DATA);

        assertThat(pdu.is(InitiatorPdu.LAST)).isTrue();
        assertThat(pdu.data().getLong(0)).isEqualTo(0x0807060504030201L);
    }

    @Test
    void theEndOfTheConnectionIsNoPdu() throws IOException {
        peer.send(InitiatorPeer.IC_RESP);
        connection.initialised();
        peer.close();

        assertThat(connection.next()).isNull();
    }

    @Test
    void silenceIsAViolation() throws IOException {
        try (InitiatorConnection hasty =
                InitiatorConnection.raw(peer.address(), InitiatorOptions.PLAIN, Duration.ofMillis(1))) {
            peer.accept();
            assertThatThrownBy(hasty::next)
                    .isInstanceOf(InitiatorViolation.class)
                    .hasMessageContaining("PT0.001S");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0500180018000000 00000000000000000500010034120000, the answer to ICReq",
        "0101800080000000, flags 0",
        "0100180018000000, hlen 128",
        "0100808080000000, pdo 0",
        "0100800080000000 0100, format version",
        "0100800080000000 000020, CPDA",
        "0100800080000000 0000000100100000, digests",
        "0100800080000000 00000000ff0f, MAXH2CDATA",
        "0100800080000000 00000000001000000000000001, reserved byte 20",
    })
    void aWrongInitialResponseIsSeen(String hex, String complaint) throws IOException {
        String sent = hex.replace(" ", "");
        peer.send(sent + (sent.startsWith("01") ? "00".repeat(128 - sent.length() / 2) : ""));

        assertThatThrownBy(connection::initialised)
                .isInstanceOf(InitiatorViolation.class)
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "0900180018000000 341201000000000000100000 01000000, reserved byte 20",
        "0902180018000000 341201000000000000100000 00000000, flags 0x00",
        "0900180418000000 341201000000000000100000 00000000, pdo 0",
        "050018001c000000 00000000000000000000010034120000 00000000, plen 24",
        "0500200020000000 00000000000000000000010034120000 0000000000000000, hlen 24",
        "0708181820000000 341200000000000008000000 00000000 0102030405060708, SUCCESS without LAST_PDU",
        "0704181c20000000 341200000000000008000000 00000000 0102030405060708, begins at 28",
        "0704181820000000 341200000000000004000000 00000000 0102030405060708, its data needs 28",
        "0704181818000000 341200000000000000000000 00000000, carries no data",
        "0704181820000000 341201000000000008000000 00000000 0102030405060708, reserved byte 10",
        "0600181818000000 341200000000000000000000 00000000, never sent",
        "0300180018000000 0700000000000000000000000000 0000, fatal error status 7",
        "0500180007000000 00000000000000000000010034120000, it is 7 bytes long",
    })
    void aWrongPduIsSeen(String hex, String complaint) throws IOException {
        peer.send(InitiatorPeer.IC_RESP);
        connection.initialised();
        peer.send(hex.replace(" ", ""));

        assertThatThrownBy(connection::next)
                .isInstanceOf(InitiatorViolation.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void digestsAndPaddingAreChecked() throws IOException {
        connection.close();
        connection = InitiatorConnection.raw(
                peer.address(), new InitiatorOptions(7, true, true, 0), InitiatorConnection.PATIENCE);
        peer.accept();
        peer.send(InitiatorPeer.IC_RESP.replaceFirst("0000000000100000", "0000000300100000"));
        connection.initialised();
        String header = "0707182028000000" + "34120000" + "00000000" + "04000000" + "00000000";
        String data = "01020304";

        peer.send(header, checksum(header), "00000000", data, checksum(data));
        assertThat(connection.expect(InitiatorPdu.C2H_DATA).data().getInt(0)).isEqualTo(0x04030201);

        peer.send(header, checksum(header), "00000001", data, checksum(data));
        assertThatThrownBy(connection::next).hasMessageContaining("reserved byte 31");

        peer.send(header, checksum(header), "00000000", data, checksum(header));
        assertThatThrownBy(connection::next).hasMessageContaining("the data digest is");

        peer.send(header, checksum(data), "00000000", data, checksum(data));
        assertThatThrownBy(connection::next).hasMessageContaining("the header digest is");
    }

    private static String checksum(String hex) {
        CRC32C checksum = new CRC32C();
        checksum.update(HexFormat.of().parseHex(hex));
        return HexFormat.of().toHexDigits(Integer.reverseBytes((int) checksum.getValue()));
    }
}
