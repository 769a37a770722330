package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose entry, SGL or range is wrong: each is answered, and the queue goes on. */
final class HostileCommandIT extends HostileCase {
    @ParameterizedTest
    @CsvSource({"512, 1024", "1024, 512", "0, 512", "513, 512"})
    void dataInTheCapsuleIsAsLongAsTheSglSays(int said, int sent) throws IOException {
        InitiatorSqe write =
                InitiatorSqe.write(WRITABLE, 0, Math.max(1, said / 512)).sgl(0x01, 0, said);
        expect(queue -> queue.executeInCapsule(write, bytes(sent, 1)), "S(00f)", "T(1@4)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 512, 8192, -512, -1, Long.MIN_VALUE})
    void dataInTheCapsuleBeginsAtItsBeginning(long offset) throws IOException {
        InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 1).sgl(0x01, offset, 512);
        expect(queue -> queue.executeInCapsule(write, bytes(512, 1)), "S(016)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x02})
    void dataThatACommandDoesNotTakeIsRefused(int opcode) throws IOException {
        InitiatorSqe command = opcode == 0 ? InitiatorSqe.flush(WRITABLE) : InitiatorSqe.read(WRITABLE, 0, 1);
        expect(queue -> queue.executeInCapsule(command.sgl(0x01, 0, 512), bytes(512, 1)), "S(002)", "S(00f)", "S(011)");
    }

    @Test
    void keepAliveTakesNoData() throws IOException {
        try (InitiatorAssociation association = association()) {
            assertThat(reaction(() -> association
                            .admin()
                            .executeInCapsule(InitiatorSqe.keepAlive().sgl(0x01, 0, 64), bytes(64, 1))))
                    .isIn("S(002)", "S(00f)", "S(011)");
            association.keepAlive();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 511, 513, 1024, 1 << 30, 0xffff_ffffL})
    void theSglIsAsLongAsTheBlocks(long length) throws IOException {
        expect(
                queue ->
                        queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 1).sgl(0x5a, 0, length), bytes(512, 1)),
                "S(00f)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).sgl(0x5a, 0, length), 512), "S(00f)");
        expect(
                queue -> queue.executeOnDemand(
                        InitiatorSqe.compare(WRITABLE, 0, 1).sgl(0x5a, 0, length), bytes(512, 1)),
                "S(00f)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x02, 0x03, 0x10, 0x40, 0x4a, 0x5b, 0xff})
    void otherKindsOfSglAreNotKnown(int type) throws IOException {
        expect(
                queue ->
                        queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 1).sgl(type, 0, 512), bytes(512, 1)),
                "S(011)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).sgl(type, 0, 512), 512), "S(011)");
        expect(
                queue -> queue.executeInCapsule(
                        InitiatorSqe.write(WRITABLE, 0, 1).sgl(type, 0, 512), bytes(512, 1)),
                "S(011)");
    }

    @Test
    void aReadHasNoDataInItsCapsule() throws IOException {
        expect(
                queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).sgl(0x01, 0, 512), 512),
                "S(011)",
                "S(00f)",
                "S(002)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x80, 0xc0})
    void prpsAreNotKnown(int flags) throws IOException {
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).u8(1, flags), 512), "S(002)");
        expect(
                queue ->
                        queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 1).u8(1, flags), bytes(512, 1)),
                "S(002)");
    }

    @Test
    void aTransferHasALimit() throws IOException {
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 2049), 2049 * 512), "S(002)");
        expect(queue -> queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 2049), bytes(2049 * 512, 1)), "S(002)");
        expect(queue -> queue.executeOnDemand(InitiatorSqe.compare(WRITABLE, 0, 2049), bytes(2049 * 512, 1)), "S(002)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 2048), 2048 * 512), "S(000)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 65536), 65536 * 512), "S(002)", "S(080)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x41, 0x42, 0x43})
    void fusedCommandsAreNotKnown(int flags) throws IOException {
        expect(
                queue -> queue.executeInCapsule(
                        InitiatorSqe.compare(WRITABLE, 0, 1).u8(1, flags), bytes(512, 1)),
                "S(002)");
        expect(
                queue ->
                        queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 1).u8(1, flags), bytes(512, 1)),
                "S(002)");
        expect(queue -> queue.execute(InitiatorSqe.flush(WRITABLE).u8(1, flags)), "S(002)");
    }

    @Test
    void anIdentifierThatIsInUseHarmsNobody() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            InitiatorSqe write = InitiatorSqe.write(WRITABLE, 0, 8).cid(9).fitSgl(false, 4096);
            connection.send(connection.capsule(write));
            int first = connection.expect(InitiatorPdu.R2T).u16(10);
            connection.send(connection.capsule(write));
            InitiatorPdu second = connection.any();
            if (second.type() == InitiatorPdu.CAPSULE_RESP) {
                assertThat(second.u16(22) >> 1 & 0x7ff).isEqualTo(NvmeStatus.COMMAND_ID_CONFLICT);
            } else {
                int tag = second.u16(10);
                assertThat(second.type()).isEqualTo(InitiatorPdu.R2T);
                assertThat(tag).isNotEqualTo(first);
                connection.send(connection.h2cData(9, tag, 0, bytes(4096, 2), true));
                assertThat(connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22)).isZero();
            }
            connection.send(connection.h2cData(9, first, 0, bytes(4096, 1), true));
            assertThat(connection.expect(InitiatorPdu.CAPSULE_RESP).u16(22)).isZero();
        }
        try (InitiatorAssociation association = association()) {
            works(association.queue(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1",
        "-1, 65536",
        "16384, 1",
        "16383, 2",
        "16376, 9",
        "36028797018963968, 1",
        "9223372036854775807, 1",
        "-9223372036854775808, 1",
        "18014398509481984, 8",
    })
    void aRangeEndsWithTheDisk(long block, int blocks) throws IOException {
        assertThat(SECTORS).isEqualTo(16384);
        int moved = Math.min(blocks, 2048);
        expect(queue -> queue.execute(InitiatorSqe.writeZeroes(WRITABLE, block, blocks)), "S(080)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, block, moved), moved * 512), "S(080)");
        expect(
                queue -> queue.executeOnDemand(InitiatorSqe.write(WRITABLE, block, moved), bytes(moved * 512, 1)),
                "S(080)");
        expect(
                queue -> queue.executeOnDemand(InitiatorSqe.compare(WRITABLE, block, moved), bytes(moved * 512, 1)),
                "S(080)");
        expect(
                queue -> queue.execute(
                        InitiatorSqe.of(0x0c, WRITABLE).u64(40, block).u16(48, blocks - 1)),
                "S(080)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 16, 17, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff})
    void aNamespaceThatIsNotThereIsNamed(int nsid) throws IOException {
        expect(queue -> queue.execute(InitiatorSqe.read(nsid, 0, 1), 512), "S(00b)");
        expect(queue -> queue.executeInCapsule(InitiatorSqe.write(nsid, 0, 1), bytes(512, 1)), "S(00b)");
        expect(queue -> queue.executeOnDemand(InitiatorSqe.write(nsid, 0, 1), bytes(512, 1)), "S(00b)");
        expect(queue -> queue.executeInCapsule(deallocate(nsid, 0), bytes(16, 0)), "S(00b)");
        expect(queue -> queue.execute(InitiatorSqe.writeZeroes(nsid, 0, 1)), "S(00b)");
        if (nsid != 0xffff_ffff) {
            expect(queue -> queue.execute(InitiatorSqe.flush(nsid)), "S(00b)");
        }
    }

    @Test
    void allNamespacesAreFlushedTogetherWhenTheControllerSaysSo() throws IOException {
        try (InitiatorAssociation association = association()) {
            boolean all = (association.identifyController().get(525) & 6) == 6;
            assertThat(reaction(() -> association.queue(1).execute(InitiatorSqe.flush(0xffff_ffff))))
                    .isEqualTo(all ? "S(000)" : "S(00b)");
        }
    }

    @Test
    void commandsThatNobodyKnowsAreRefused() throws IOException {
        Set<Integer> known = Set.of(0x00, 0x01, 0x02, 0x05, 0x08, 0x09, 0x0c, 0x7f);
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            for (int opcode = 0; opcode <= 0xff; opcode++) {
                if (!known.contains(opcode)) {
                    InitiatorSqe command = InitiatorSqe.of(opcode, WRITABLE);
                    assertThat(queue.execute(command).code())
                            .as("opcode 0x%02x", opcode)
                            .isEqualTo(NvmeStatus.INVALID_OPCODE);
                    assertThat(queue.executeInCapsule(command, bytes(512, 1)).code())
                            .as("opcode 0x%02x with data", opcode)
                            .isEqualTo(NvmeStatus.INVALID_OPCODE);
                    assertThat(queue.executeOnDemand(command, bytes(512, 1)).code())
                            .as("opcode 0x%02x with data to come", opcode)
                            .isEqualTo(NvmeStatus.INVALID_OPCODE);
                }
            }
            works(queue);
        }
    }

    @Test
    void protectionInformationAndMetadataAreNoReasonToFall() throws IOException {
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).u8(51, 0x3c), 512), "S(000)", "S(002)");
        expect(queue -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 1).u64(16, -1L), 512), "S(000)");
    }

    @Test
    void rangesToDeallocateAreCounted() throws IOException {
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 255), bytes(16, 0)), "S(00f)");
        expect(queue -> queue.executeOnDemand(deallocate(WRITABLE, 255), bytes(16, 0)), "S(00f)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), bytes(4096, 0)), "S(00f)", "S(000)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), range(0, 0, 0)), "S(000)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), range(0, -1, 1)), "S(080)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), range(0, 1, -1)), "S(080)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), range(0, 8, SECTORS - 7)), "S(080)");
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 0), range(-1, 8, 0)), "S(000)");
        expect(queue -> queue.execute(deallocate(WRITABLE, 0).sgl(0x5a, 0, 0)), "S(00f)");
    }

    @Test
    void manyRangesThatOverlapAreDoneInTime() throws IOException {
        ByteBuffer ranges = ByteBuffer.allocate(256 * 16).order(ByteOrder.LITTLE_ENDIAN);
        while (ranges.hasRemaining()) {
            ranges.put(range(0, SECTORS, 0));
        }
        expect(queue -> queue.executeInCapsule(deallocate(WRITABLE, 255), content(ranges)), "S(000)");
        assertThat(device.content(0, 512)).containsOnly(0);
    }

    /** As many blocks as a command can name, in as many commands as the queue holds. */
    @Test
    void manyZeroesAtOnceAreDoneInTime() throws IOException {
        InitiatorPlan plan = plan().withQueues(2, 128);
        MemoryDevice large = MemoryDevice.of(0x10000 * 512);
        exports().choose(plan.hostNqn(), List.of(HostileExports.namespace(WRITABLE, large)));
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            InitiatorQueue queue = association.queue(1);
            List<InitiatorCommand> commands = new ArrayList<>();
            while (queue.hasRoom()) {
                InitiatorSqe zeroes = InitiatorSqe.writeZeroes(WRITABLE, 0, 0x10000);
                commands.add(queue.start(zeroes, new byte[0], true, 0));
            }
            assertThat(commands).hasSizeGreaterThan(100);
            association.keepAlive();
            assertThat(association
                            .queue(2)
                            .execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096)
                            .succeeded())
                    .isTrue();
            for (InitiatorCommand command : commands) {
                assertThat(queue.await(command).succeeded()).isTrue();
                queue.release(command);
            }
        }
    }

    @Test
    void aProtectedNamespaceIsNotWritten() throws IOException {
        List<InitiatorSqe> changes =
                List.of(InitiatorSqe.write(READ_ONLY, 0, 1), InitiatorSqe.write(READ_ONLY, READ_ONLY_SECTORS - 1L, 1));
        for (InitiatorSqe change : changes) {
            try (InitiatorAssociation association = association()) {
                InitiatorQueue queue = association.queue(1);
                assertProtected(queue.executeInCapsule(change, bytes(512, 1)));
                assertProtected(queue.executeOnDemand(change, bytes(512, 1)));
                assertProtected(queue.execute(InitiatorSqe.writeZeroes(READ_ONLY, 0, 1)));
                assertProtected(queue.executeInCapsule(deallocate(READ_ONLY, 0), range(0, 8, 0)));
                assertThat(queue.execute(InitiatorSqe.flush(READ_ONLY)).succeeded())
                        .isTrue();
                works(queue);
            }
        }
    }

    private static void assertProtected(InitiatorCommand command) {
        assertThat(command.code()).isEqualTo(NvmeStatus.NAMESPACE_WRITE_PROTECTED);
        assertThat(command.doNotRetry()).isTrue();
    }

    @Test
    void aDifferenceInTheLastByteIsFound() throws IOException {
        byte[] content = device.content(0, 4096);
        content[4095] ^= 1;
        expect(queue -> queue.executeOnDemand(InitiatorSqe.compare(WRITABLE, 0, 8), content), "S(285)");
        expect(queue -> queue.executeInCapsule(InitiatorSqe.compare(WRITABLE, 0, 8), content), "S(285)");
        content[4095] ^= 1;
        expect(queue -> queue.executeInCapsule(InitiatorSqe.compare(WRITABLE, 0, 8), content), "S(000)");
    }

    @Test
    void noMoreCommandsAreTakenThanTheQueueHolds() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorConnection connection = association.queue(1).connection();
            for (int cid = 0; cid < 64; cid++) {
                connection.send(connection.capsule(
                        InitiatorSqe.write(WRITABLE, 0, 8).cid(cid).fitSgl(false, 4096)));
            }
            InitiatorPdu pdu;
            int demands = 0;
            while ((pdu = connection.next()) != null && pdu.type() == InitiatorPdu.R2T) {
                demands++;
            }
            assertThat(demands).isLessThanOrEqualTo(16);
            assertThat(pdu == null || (pdu.type() == InitiatorPdu.C2H_TERM_REQ && pdu.u16(8) == 5))
                    .isTrue();
        }
    }

    private void expect(OnQueue command, String... reactions) throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue queue = association.queue(1);
            String reaction = reaction(() -> command.on(queue));
            assertThat(reaction).isIn((Object[]) reactions);
            if (reaction.startsWith("S")) {
                works(queue);
            }
        }
    }

    /** One command. */
    private interface OnQueue {
        InitiatorCommand on(InitiatorQueue queue) throws IOException;
    }

    private static InitiatorSqe deallocate(int nsid, int lastRange) {
        return InitiatorSqe.of(0x09, nsid).u8(40, lastRange).u8(44, 4);
    }

    private static byte[] range(int attributes, int blocks, long first) {
        byte[] range = new byte[16];
        ByteBuffer.wrap(range)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(attributes)
                .putInt(blocks)
                .putLong(first);
        return range;
    }

    private static byte[] content(ByteBuffer buffer) {
        byte[] content = new byte[buffer.capacity()];
        buffer.get(0, content);
        return content;
    }
}
