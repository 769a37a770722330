package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that was not asked for, or not so. */
final class HostileTransferIT extends HostileCase {
    private static final int CID = 0x3003;
    private static final long OFFSET = 1 << 20;

    @Test
    void dataThatNobodyAskedForEndsTheConnection() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(endAfter(connection, connection.h2cData(1, 1, 0, bytes(512, 1), true)))
                    .startsWith("T(2@");
        }
        try (InitiatorAssociation association = association()) {
            for (InitiatorQueue queue : List.of(association.queue(1), association.admin())) {
                InitiatorConnection connection = queue.connection();
                assertThat(endAfter(connection, connection.h2cData(1, 0, 0, bytes(512, 1), true)))
                        .isIn("T(2@0)", "T(1@10)");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 0x7fff, 0x8000, 0xffff})
    void aTagThatWasNotGivenEndsTheConnection(int tag) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            assertThat(endAfter(connection, connection.h2cData(CID, tag, 0, bytes(512, 1), true)))
                    .isIn("T(2@0)", "T(1@10)");
        }
    }

    @Test
    void anotherTagThanTheGivenOneEndsTheConnection() throws IOException {
        for (int difference : new int[] {1, -1, 0x100, 0x8000, 0xffff}) {
            try (InitiatorAssociation association = association()) {
                InitiatorConnection connection = association.queue(1).connection();
                int tag = demand(connection, 4096);
                assertThat(endAfter(connection, connection.h2cData(CID, tag ^ difference, 0, bytes(4096, 1), true)))
                        .as("%d instead of %d", tag ^ difference, tag)
                        .isIn("T(2@0)", "T(1@10)");
            }
        }
    }

    @Test
    void aTagIsGoodForOneCommand() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            connection.send(connection.h2cData(CID, tag, 0, bytes(4096, 1), true));
            assertThat(connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22)).isZero();
            assertThat(endAfter(connection, connection.h2cData(CID, tag, 0, bytes(4096, 2), true)))
                    .isIn("T(2@0)", "T(1@10)");
        }
        assertThat(device.content(OFFSET, 4096)).containsOnly(1);
    }

    @Test
    void aTagIsGoodForOneConnection() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection one = association.queue(1).connection();
            InitiatorConnection other = association.queue(2).connection();
            int tag = demand(one, 4096);
            assertThat(endAfter(other, other.h2cData(CID, tag, 0, bytes(4096, 1), true)))
                    .isIn("T(2@0)", "T(1@10)");
        }
    }

    @Test
    void theTagOfAReadIsNone() throws IOException {
        device.cached(false);
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            connection.send(connection.capsule(
                    InitiatorSqe.read(WRITABLE, 0, 8).cid(CID).fitSgl(false, 4096)));
            connection.send(connection.h2cData(CID, 0, 0, bytes(4096, 1), true));
            InitiatorPdu pdu = connection.next();
            while (pdu != null && pdu.type() != InitiatorPdu.C2H_TERM_REQ) {
                pdu = connection.next();
            }
            assertThat(pdu == null ? 2 : pdu.u16(8)).isIn(1, 2);
        } finally {
            device.cached(true);
        }
    }

    @Test
    void anotherCommandThanTheTagsEndsTheConnection() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            assertThat(endAfter(connection, connection.h2cData(CID ^ 1, tag, 0, bytes(4096, 1), true)))
                    .isEqualTo("T(1@8)");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {512, 4, 4096, 0x7fff_ffff, 0xffff_fffcL})
    void dataBeginsAtTheBeginning(long offset) throws IOException {
        byte[] before = device.content(OFFSET, 8192);
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 8192);
            assertThat(endAfter(connection, connection.h2cData(CID, tag, offset, bytes(2048, 1), false)))
                    .isIn("T(1@12)", "T(4@12)", "T(4@0)");
        }
        assertThat(device.content(OFFSET, 8192)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1024, 3072, 4096, 0xffff_fffcL})
    void dataFollowsDataWithoutGapAndOverlap(long offset) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 8192);
            connection.send(connection.h2cData(CID, tag, 0, bytes(2048, 1), false));
            assertThat(endAfter(connection, connection.h2cData(CID, tag, offset, bytes(2048, 1), false)))
                    .isIn("T(1@12)", "T(4@12)", "T(4@0)");
        }
    }

    @Test
    void noMoreDataThanWasAskedForIsTaken() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            assertThat(endAfter(connection, connection.h2cData(CID, tag, 0, bytes(4100, 1), true)))
                    .matches("T\\([45]@\\d+\\)");
        }
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 8192);
            connection.send(connection.h2cData(CID, tag, 0, bytes(4096, 1), false));
            assertThat(endAfter(connection, connection.h2cData(CID, tag, 4096, bytes(4100, 1), true)))
                    .matches("T\\([45]@\\d+\\)");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "-4096", "2147483647", "1073741824"})
    void aLengthThatCannotBeIsRefused(int length) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            InitiatorFrame frame = connection
                    .h2cData(CID, tag, 0, bytes(4096, 1), true)
                    .u32(16, length)
                    .u32(4, 24 + length);
            assertThat(endAfter(connection, frame)).matches("T\\(([45]@\\d+|1@4|1@16)\\)");
        }
    }

    @Test
    void noMoreDataThanAgreedIsInOnePdu() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int maximum = connection.maximumData();
            int tag = demand(connection, 1 << 20);
            assertThat(maximum).isGreaterThanOrEqualTo(1 << 20);
            assertThat(endAfter(connection, connection.h2cData(CID, tag, 0, bytes(maximum + 4, 1), true)))
                    .matches("T\\([45]@\\d+\\)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 24 + 4092, 24 + 4100, 0, 8, -1})
    void theLengthsFitEachOther(int length) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            assertThat(endAfter(
                            connection,
                            connection
                                    .h2cData(CID, tag, 0, bytes(4096, 1), true)
                                    .u32(4, length)))
                    .isEqualTo("T(1@4)");
        }
    }

    @Test
    void theLastDataIsMarked() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            String end = endAfter(connection, connection.h2cData(CID, tag, 0, bytes(4096, 1), false));
            assertThat(end).isIn("T(2@0)", "T(1@1)");
        }
    }

    @Test
    void nothingFollowsTheLastData() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            connection.send(connection.h2cData(CID, tag, 0, bytes(2048, 1), true));
            String end = endAfter(connection, connection.h2cData(CID, tag, 2048, bytes(2048, 1), true));
            assertThat(end).isIn("T(2@0)", "T(1@1)", "T(1@10)");
        }
    }

    @Test
    void halfAWriteIsNone() throws IOException {
        byte[] before = device.content(OFFSET, 65536);
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 65536);
            connection.send(connection.h2cData(CID, tag, 0, bytes(32768, 0x77), false));
            byte[] rest = connection
                    .h2cData(CID, tag, 32768, bytes(32768, 0x77), true)
                    .bytes();
            connection.send(Arrays.copyOf(rest, 1000));
        }
        try (InitiatorAssociation association = association()) {
            works(association.queue(1));
            assertThat(device.content(OFFSET, 65536)).isEqualTo(before);
        }
    }

    @Test
    void dataOfTwoCommandsMayComeInTurns() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int one = demand(connection, CID, OFFSET, 16384);
            int two = demand(connection, CID + 1, OFFSET + 16384, 16384);
            for (int part = 0; part < 4; part++) {
                long offset = part * 4096L;
                connection.send(connection.h2cData(CID + 1, two, offset, bytes(4096, 0x20 + part), part == 3));
                connection.send(connection.h2cData(CID, one, offset, bytes(4096, 0x10 + part), part == 3));
            }
            assertThat(connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22)).isZero();
            assertThat(connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22)).isZero();
            for (int part = 0; part < 4; part++) {
                long offset = part * 4096L;
                assertThat(device.content(OFFSET + offset, 4096)).containsOnly(0x10 + part);
                assertThat(device.content(OFFSET + 16384 + offset, 4096)).containsOnly(0x20 + part);
            }
        }
    }

    @Test
    void theAdminConnectionTakesItsQueuesAlong() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 65536);
            connection.send(connection.h2cData(CID, tag, 0, bytes(4096, 1), false));
            association.admin().close();
            assertThat(end(connection)).isEqualTo("X");
            assertThat(end(association.queue(2).connection())).isEqualTo("X");
        }
    }

    @Test
    void aCommandThatWaitsForDataMayBeAborted() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            int tag = demand(connection, 4096);
            long notAborted =
                    InitiatorAssociation.done(association.admin().execute(InitiatorSqe.abort(1, CID))).result & 1;
            connection.send(connection.h2cData(CID, tag, 0, bytes(4096, 1), true));
            int status = connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22) >> 1 & 0x7ff;
            assertThat(status).isEqualTo(notAborted == 1 ? NvmeStatus.SUCCESS : NvmeStatus.ABORT_REQUESTED);
            works(association.queue(2));
        }
    }

    private static int demand(InitiatorConnection connection, int length) throws IOException {
        return demand(connection, CID, OFFSET, length);
    }

    /** Begins a write, and returns the tag with which the target asks for its data. */
    private static int demand(InitiatorConnection connection, int cid, long offset, int length) throws IOException {
        InitiatorSqe write = InitiatorSqe.write(WRITABLE, offset / 512, length / 512);
        connection.send(connection.capsule(write.cid(cid).fitSgl(false, length)));
        InitiatorPdu demand = connection.expect(InitiatorPdu.R2T);
        assertThat(demand.u16(8)).isEqualTo(cid);
        assertThat(demand.u32(12)).isZero();
        assertThat(demand.u32(16)).isEqualTo(length);
        return demand.u16(10);
    }
}
