package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PduTest {
    private static final Session PLAIN = new Session(true, false, false, 4);
    private static final Session DIGESTS = new Session(true, true, true, 4);

    @Test
    void theFirstIsAnIcReq() throws PduException {
        assertThat(Pdu.check(header(0, 0, 128, 0, 128), 0, Session.NEW)).isEqualTo(128);
        assertThat(Pdu.check(header(0, 3, 128, 0, 128), 0, Session.NEW)).isEqualTo(128);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 128, 0, 1, 4",
        "0, 128, 127, 1, 4",
        "0, 128, -1, 1, 4",
        "0, 0, 128, 1, 2",
        "0, 255, 128, 1, 2",
        "4, 72, 72, 2, 0",
        "6, 24, 24, 2, 0",
        "71, 69, 84, 1, 0",
        "22, 3, 1, 1, 0",
        "1, 128, 128, 1, 0"
    })
    void anythingElseBeforeItIsAnError(int type, int hlen, int plen, int status, int information) {
        assertError(header(type, 0, hlen, 0, plen), Session.NEW, status, information);
    }

    @Test
    void aSecondIcReqIsOutOfSequence() {
        assertError(header(0, 0, 128, 0, 128), PLAIN, PduException.SEQUENCE_ERROR, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7, 8, 9, 10, 11, 12, 127, 255})
    void typesThatHostsDoNotSendAreErrors(int type) {
        assertError(header(type, 0, 24, 0, 24), PLAIN, PduException.INVALID_HEADER_FIELD, 0);
    }

    @Test
    void aCapsuleIsNeededAsAWhole() throws PduException {
        assertThat(Pdu.check(header(4, 0, 72, 0, 72), 0, PLAIN)).isEqualTo(72);
        assertThat(Pdu.check(header(4, 0, 72, 255, 72), 0, PLAIN))
                .as("PDO without data")
                .isEqualTo(72);
        assertThat(Pdu.check(header(4, 0, 72, 72, 72 + 8192), 0, PLAIN)).isEqualTo(72 + 8192);
        assertThat(Pdu.check(header(4, 0, 72, 252, 252 + 8192), 0, PLAIN)).isEqualTo(252 + 8192);
        assertThat(Pdu.check(header(4, 1, 72, 0, 76), 0, DIGESTS)).isEqualTo(76);
        assertThat(Pdu.check(header(4, 3, 72, 76, 76 + 512 + 4), 0, DIGESTS)).isEqualTo(76 + 512 + 4);
    }

    @ParameterizedTest
    @CsvSource({
        "71, 0, 72, 2",
        "73, 0, 72, 2",
        "0, 0, 72, 2",
        "72, 0, 71, 4",
        "72, 0, 0, 4",
        "72, 0, -1, 4",
        "72, 72, 8265, 4",
        "72, 72, 1073741824, 4",
        "72, 72, 2147483647, 4",
        "72, 68, 100, 3",
        "72, 0, 100, 3",
        "72, 74, 100, 3",
        "72, 104, 100, 3",
        "72, 100, 100, 4"
    })
    void aWrongCapsuleIsAnError(int hlen, int pdo, int plen, int offset) {
        assertError(header(4, 0, hlen, pdo, plen), PLAIN, PduException.INVALID_HEADER_FIELD, offset);
    }

    @Test
    void digestsAreThereWhenTheyWereAgreedOnAndOnlyThen() {
        assertError(header(4, 1, 72, 0, 76), PLAIN, 1, Pdu.FLAGS);
        assertError(header(4, 0, 72, 0, 76), DIGESTS, 1, Pdu.FLAGS);
        assertError(header(4, 1, 72, 76, 76 + 516), DIGESTS, 1, Pdu.FLAGS);
        assertError(header(4, 2, 72, 72, 72 + 512), PLAIN, 1, Pdu.FLAGS);
        assertError(header(4, 3, 72, 76, 80), DIGESTS, 1, Pdu.PLEN);
    }

    @Test
    void dataIsNeededUpToItsHeader() throws PduException {
        assertThat(Pdu.check(header(6, 4, 24, 24, 24 + (1 << 20)), 0, PLAIN)).isEqualTo(24);
        assertThat(Pdu.check(header(6, 7, 24, 32, 32 + 512 + 4), 0, DIGESTS)).isEqualTo(32);
        assertError(header(6, 4, 25, 24, 600), PLAIN, 1, Pdu.HLEN);
        assertError(header(6, 4, 24, 20, 600), PLAIN, 1, Pdu.PDO);
        assertError(header(6, 4, 24, 24, 23), PLAIN, 1, Pdu.PLEN);
    }

    @Test
    void aHostMayAskForAnythingInItsIcReq() throws PduException {
        ByteBuffer request = header(0, 0, 128, 0, 128).put(Pdu.HPDA, (byte) 31).put(Pdu.IC_DIGESTS, (byte) 0xff);

        assertThat(Session.of(request, 0)).isEqualTo(new Session(true, true, true, 128));
        assertThat(Session.of(request, 0).dataStart()).isEqualTo(128);
        assertThat(DIGESTS.dataStart()).isEqualTo(28);
        assertThat(PLAIN.dataStart()).isEqualTo(24);
    }

    @Test
    void butNotForAnotherVersionOrMorePadding() {
        ByteBuffer version = header(0, 0, 128, 0, 128).putShort(Pdu.PFV, (short) 1);
        ByteBuffer padding = header(0, 0, 128, 0, 128).put(Pdu.HPDA, (byte) 32);

        PduException first = catchThrowableOfType(PduException.class, () -> Session.of(version, 0));
        assertThat(first.status()).isEqualTo(PduException.UNSUPPORTED_PARAMETER);
        assertThat(first.information()).isEqualTo(8);
        PduException second = catchThrowableOfType(PduException.class, () -> Session.of(padding, 0));
        assertThat(second.status()).isEqualTo(PduException.INVALID_HEADER_FIELD);
        assertThat(second.information()).isEqualTo(10);
    }

    private static void assertError(ByteBuffer bytes, Session session, int status, int information) {
        PduException error = catchThrowableOfType(PduException.class, () -> Pdu.check(bytes, 0, session));
        assertThat(error).as("an error").isNotNull();
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.information()).isEqualTo(information);
    }

    private static ByteBuffer header(int type, int flags, int hlen, int pdo, int plen) {
        return ByteBuffer.allocate(128)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, (byte) type)
                .put(1, (byte) flags)
                .put(2, (byte) hlen)
                .put(3, (byte) pdo)
                .putInt(4, plen);
    }
}
