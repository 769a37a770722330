package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that begin wrongly, and PDUs whose header is wrong. */
final class HostileFramingIT extends HostileCase {
    private static final InitiatorOptions DIGESTS = InitiatorOptions.PLAIN.withDigests(true, true);
    private static final InitiatorSqe FLUSH = InitiatorSqe.flush(WRITABLE).fitSgl(false, 0);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\u0016\u0003\u0001\u0001 \u0001\u0000\u0001\u001c\u0003\u0003hello",
                "\u0080.\u0001\u0000\u0002\u0000\u0015 an old greeting",
                "SSH-2.0-OpenSSH_9.9\r\n"
            })
    void anotherProtocolIsNotAnswered(String greeting) throws IOException {
        try (InitiatorConnection connection = raw()) {
            assertThat(endAfter(connection, greeting.getBytes(StandardCharsets.ISO_8859_1)))
                    .isIn("T(1@0)", "T(2@0)", "X");
        }
    }

    @Test
    void garbageEndsTheConnection() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 300; round++) {
            byte[] garbage = new byte[8 + random.nextInt(400)];
            random.nextBytes(garbage);
            try (InitiatorConnection connection = raw()) {
                connection.send(garbage);
                connection.socket().finish();
                InitiatorPdu pdu = connection.next();
                assertThat(pdu == null || pdu.type() == InitiatorPdu.C2H_TERM_REQ)
                        .as("round %d of seed %d", round, seed)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {InitiatorPdu.CAPSULE_CMD, InitiatorPdu.H2C_DATA})
    void nothingComesBeforeTheInitialisation(int type) throws IOException {
        try (InitiatorConnection connection = raw()) {
            InitiatorFrame frame = type == InitiatorPdu.CAPSULE_CMD
                    ? connection.capsule(FLUSH)
                    : connection.h2cData(1, 1, 0, bytes(512, 1), true);
            assertThat(endAfter(connection, frame)).startsWith("T(2@");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 127, 129, 1L << 31, 0xffff_ffffL})
    void anInitialisationOfAnotherLengthEnds(long length) throws IOException {
        assertThat(endOfRequest(InitiatorFrame.icReq(InitiatorOptions.PLAIN).u32(4, (int) length)))
                .isEqualTo("T(1@4)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 24, 255})
    void anInitialisationOfAnotherHeaderLengthEnds(int length) throws IOException {
        assertThat(endOfRequest(InitiatorFrame.icReq(InitiatorOptions.PLAIN).u8(2, length)))
                .isEqualTo("T(1@2)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0xffff})
    void anotherFormatVersionIsNotSupported(int version) throws IOException {
        assertThat(endOfRequest(InitiatorFrame.icReq(InitiatorOptions.PLAIN).u16(8, version)))
                .isEqualTo("T(6@8)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 15, 30, 31})
    void dataIsAlignedAsTheHostAsks(int alignment) throws IOException {
        try (InitiatorAssociation association = association(DIGESTS.withAlignment(alignment))) {
            works(association.queue(1));
        }
        try (InitiatorAssociation association = association(InitiatorOptions.PLAIN.withAlignment(alignment))) {
            works(association.queue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 255})
    void anAlignmentThatIsNoneEnds(int alignment) throws IOException {
        assertThat(endOfRequest(InitiatorFrame.icReq(InitiatorOptions.PLAIN).u8(10, alignment)))
                .isEqualTo("T(1@10)");
    }

    @Test
    void digestsThatNobodyKnowsAreNotAgreedTo() throws IOException {
        try (InitiatorConnection connection = raw()) {
            connection.send(InitiatorFrame.icReq(InitiatorOptions.PLAIN).u8(11, 0xfc));
            InitiatorPdu pdu = connection.any();
            if (pdu.type() == InitiatorPdu.C2H_TERM_REQ) {
                assertThat(pdu.u16(8)).isEqualTo(1);
                assertThat(pdu.u32(10)).isEqualTo(11);
            } else {
                assertThat(pdu.u8(11)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0x7fff_ffff, -1})
    void anyNumberOfDemandsMayBeAllowed(int maximum) throws IOException {
        try (InitiatorAssociation association = association(new InitiatorOptions(0, false, false, maximum))) {
            works(association.queue(1));
        }
    }

    @Test
    void digestFlagsInTheInitialisationMeanNothing() throws IOException {
        try (InitiatorConnection connection = raw()) {
            connection.send(InitiatorFrame.icReq(InitiatorOptions.PLAIN).flags(3));
            InitiatorPdu pdu = connection.any();
            assertThat(pdu.type() == InitiatorPdu.IC_RESP || (pdu.u16(8) == 1 && pdu.u32(10) == 1))
                    .isTrue();
        }
    }

    @Test
    void aConnectionIsInitialisedOnce() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(endAfter(connection, InitiatorFrame.icReq(InitiatorOptions.PLAIN)))
                    .startsWith("T(2@");
        }
    }

    @Test
    void theInitialisationMayComeByteByByte() throws IOException {
        try (InitiatorConnection connection = raw()) {
            for (byte each : InitiatorFrame.icReq(InitiatorOptions.PLAIN).bytes()) {
                connection.send(each);
            }
            connection.initialised();
            connects(connection);
        }
    }

    @Test
    void theInitialisationAndConnectMayComeTogether() throws IOException {
        InitiatorPlan plan = plan();
        try (InitiatorConnection connection = raw()) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(InitiatorFrame.icReq(InitiatorOptions.PLAIN).bytes());
            InitiatorSqe connect = InitiatorSqe.connect(0, 32, true, 0).cid(7).fitSgl(true, 1024);
            both.write(connection.capsule(connect, connectData(plan, 0xffff)).bytes());
            connection.send(both.toByteArray());
            connection.initialised();

            InitiatorPdu response = connection.expect(InitiatorPdu.CAPSULE_RESP);
            assertThat(response.u16(20)).isEqualTo(7);
            assertThat(response.u16(22)).isZero();
        }
    }

    @Test
    void typesThatNobodyKnowsOrOnlyTargetsSendEndTheConnection() throws IOException {
        for (int type = 0; type <= 0xff; type++) {
            boolean fromHosts = type == InitiatorPdu.IC_REQ
                    || type == InitiatorPdu.H2C_TERM_REQ
                    || type == InitiatorPdu.CAPSULE_CMD
                    || type == InitiatorPdu.H2C_DATA;
            if (!fromHosts) {
                try (InitiatorConnection connection = initialised()) {
                    assertThat(endAfter(connection, connection.capsule(FLUSH).u8(0, type)))
                            .as("type 0x%02x", type)
                            .isEqualTo("T(1@0)");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 71", "2, 73", "2, 0", "2, 255", "4, 71", "4, 0", "4, 7"})
    void aCommandHasA72ByteHeaderAtLeast(int offset, int value) throws IOException {
        try (InitiatorConnection connection = initialised()) {
            InitiatorFrame frame = connection.capsule(FLUSH);
            assertThat(endAfter(connection, offset == 2 ? frame.u8(2, value) : frame.u32(4, value)))
                    .isEqualTo("T(1@" + offset + ")");
        }
    }

    @Test
    void aCommandHasRoomForItsDigests() throws IOException {
        try (InitiatorConnection connection = InitiatorConnection.open(address(), DIGESTS)) {
            assertThat(endAfter(connection, connection.capsule(FLUSH).u32(4, 72)))
                    .isEqualTo("T(1@4)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {72 + 8192 + 4, 1 << 20, 1 << 30, Integer.MAX_VALUE, -1})
    void aCommandIsNoLongerThanAgreed(int length) throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(endAfter(connection, connection.capsule(FLUSH).u8(3, 72).u32(4, length)))
                    .isEqualTo("T(1@4)");
        }
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            assertThat(endAfter(connection, connection.capsule(FLUSH).u8(3, 72).u32(4, length)))
                    .isEqualTo("T(1@4)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 71, 73, 74, 255})
    void dataBeginsBehindTheHeaderAtAMultipleOfFour(int offset) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 1).cid(1).fitSgl(true, 512);
            String end = endAfter(
                    connection,
                    connection
                            .capsule(write, bytes(offset == 255 ? 64 : 512, 1))
                            .u8(3, offset));
            assertThat(end).isEqualTo("T(1@3)");
        }
    }

    @Test
    void withoutDataItDoesNotMatterWhereItBegins() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            connection.send(connection.capsule(FLUSH).u8(3, 72));
            InitiatorPdu pdu = connection.any();
            assertThat(pdu.type()).isIn(InitiatorPdu.CAPSULE_RESP, InitiatorPdu.C2H_TERM_REQ);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "false, 3", "true, 0", "true, 1", "true, 2"})
    void digestsAreThereExactlyIfTheyWereAgreedOn(boolean agreed, int flags) throws IOException {
        InitiatorOptions options = agreed ? DIGESTS : InitiatorOptions.PLAIN;
        try (InitiatorConnection connection = InitiatorConnection.open(address(), options)) {
            InitiatorSqe connect = InitiatorSqe.connect(0, 32, true, 0).cid(7).fitSgl(true, 1024);
            InitiatorFrame frame = connection.capsule(connect, connectData(plan(), 0xffff));
            assertThat(endAfter(connection, frame.flags(flags))).isEqualTo("T(1@1)");
        }
    }

    @Test
    void aWrongHeaderDigestEndsTheConnection() throws IOException {
        try (InitiatorConnection connection = InitiatorConnection.open(address(), DIGESTS)) {
            InitiatorFrame frame = connection.capsule(FLUSH).wrongHeaderDigest();
            assertThat(endAfter(connection, frame)).isEqualTo("T(3@" + digestAt(frame.bytes(), 72) + ")");
        }
    }

    @Test
    void aWrongHeaderDigestOfDataEndsTheConnection() throws IOException {
        try (InitiatorAssociation association = association(DIGESTS)) {
            InitiatorConnection connection = association.queue(1).connection();
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 8).cid(3).fitSgl(false, 4096);
            connection.send(connection.capsule(write));
            InitiatorPdu demand = connection.expect(InitiatorPdu.R2T);
            InitiatorFrame frame = connection
                    .h2cData(3, demand.u16(10), 0, bytes(4096, 9), true)
                    .wrongHeaderDigest();
            assertThat(endAfter(connection, frame)).isEqualTo("T(3@" + digestAt(frame.bytes(), 24) + ")");
        }
    }

    @Test
    void dataWithAWrongDigestIsNotWritten() throws IOException {
        try (InitiatorAssociation association = association(DIGESTS)) {
            InitiatorQueue queue = association.queue(1);
            InitiatorConnection connection = queue.connection();
            byte[] before = device.content(0, 4096);
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 8).cid(0x4001).fitSgl(true, 4096);

            connection.send(connection.capsule(write, bytes(4096, 0xee)).wrongDataDigest());

            InitiatorPdu response = connection.expect(InitiatorPdu.CAPSULE_RESP);
            assertThat(response.u16(20)).isEqualTo(0x4001);
            assertThat(response.u16(22) >> 1 & 0x7ff).isEqualTo(NvmeStatus.TRANSIENT_TRANSPORT_ERROR);
            assertThat(device.content(0, 4096)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void demandedDataWithAWrongDigestIsNotWritten(int wrong) throws IOException {
        try (InitiatorAssociation association = association(DIGESTS)) {
            InitiatorConnection connection = association.queue(1).connection();
            byte[] before = device.content(1 << 16, 4096);
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 128, 8).cid(5).fitSgl(false, 4096);
            connection.send(connection.capsule(write));
            int tag = connection.expect(InitiatorPdu.R2T).u16(10);

            for (int part = 0; part < 4; part++) {
                InitiatorFrame frame = connection.h2cData(5, tag, part * 1024L, bytes(1024, 0xdd), part == 3);
                connection.send(part == wrong ? frame.wrongDataDigest() : frame);
            }

            InitiatorPdu answer = connection.next();
            assertThat(answer == null
                            || answer.type() == InitiatorPdu.C2H_TERM_REQ
                            || (answer.u16(22) >> 1 & 0x7ff) == NvmeStatus.TRANSIENT_TRANSPORT_ERROR)
                    .isTrue();
            assertThat(device.content(1 << 16, 4096)).isEqualTo(before);
        }
    }

    @Test
    void aCommandThatEndsBeforeItsDigestEndsTheConnection() throws IOException {
        try (InitiatorConnection connection = InitiatorConnection.open(address(), DIGESTS)) {
            connection.send(Arrays.copyOf(connection.capsule(FLUSH).bytes(), 74));
            connection.socket().finish();
            assertThat(connection.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"24, 0", "24, 7", "24, 65535", "25, 1", "152, 1", "153, 1", "-1, 1", "0, 1"})
    void aHostThatTerminatesIsNotAnswered(int length, int status) throws IOException {
        try (InitiatorConnection connection = initialised()) {
            int copied = Math.clamp(length - 24L, 0, 129);
            connection.send(
                    InitiatorFrame.terminate(status, 0xffff_ffffL, copied).u32(4, length));
            connection.send(connection.capsule(FLUSH));
            assertThat(connection.next()).isNull();
        }
    }

    @Test
    void aHostThatTerminatesFirstIsNotAnsweredEither() throws IOException {
        try (InitiatorConnection connection = raw()) {
            connection.send(InitiatorFrame.terminate(2, 0, 8));
            assertThat(end(connection)).isIn("X", "T(2@0)");
        }
    }

    @Test
    void whatWasAskedBeforeTheEndIsAnsweredOrNot() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            for (int cid = 1; cid <= 8; cid++) {
                connection.send(connection.capsule(
                        InitiatorSqe.read(WRITABLE, 0, 256).cid(cid).fitSgl(false, 256 * 512)));
            }
            connection.socket().finish();
            int answers = 0;
            while (connection.next() != null) {
                answers++;
            }
            assertThat(answers).isLessThanOrEqualTo(8 * 257);
        }
    }

    @Test
    void aConnectionMayBeResetAtAnyByte() throws IOException {
        InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 8).cid(1).fitSgl(true, 4096);
        for (int cut : new int[] {1, 7, 8, 40, 72, 73, 2000, 4167}) {
            InitiatorAssociation association = association();
            InitiatorConnection connection = association.queue(1).connection();
            connection.send(
                    Arrays.copyOf(connection.capsule(write, bytes(4096, 1)).bytes(), cut));
            connection.socket().reset();
            association.close();
        }
        for (int round = 0; round < 4; round++) {
            InitiatorAssociation association = association();
            InitiatorConnection connection = association.queue(1).connection();
            for (int cid = 1; cid <= 8; cid++) {
                connection.send(connection.capsule(
                        InitiatorSqe.read(WRITABLE, 0, 2048).cid(cid).fitSgl(false, 1 << 20)));
            }
            assertThat(connection.socket().has(100_000)).isTrue();
            connection.socket().reset();
            association.close();
        }
    }

    private String endOfRequest(InitiatorFrame request) throws IOException {
        try (InitiatorConnection connection = raw()) {
            return endAfter(connection, request);
        }
    }

    private void connects(InitiatorConnection connection) throws IOException {
        InitiatorQueue queue = new InitiatorQueue(connection, 0, 32, true);
        assertThat(InitiatorAssociation.connect(
                        queue, InitiatorSqe.connect(0, 32, true, 0), connectData(plan(), 0xffff)))
                .isPositive();
    }

    private static byte[] connectData(InitiatorPlan plan, int controller) {
        return InitiatorSqe.connectData(plan.hostId(), controller, plan.subsystemNqn(), plan.hostNqn());
    }

    private static long digestAt(byte[] pdu, int offset) {
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(pdu).order(ByteOrder.LITTLE_ENDIAN).getInt(offset));
    }
}
