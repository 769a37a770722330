package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connect commands that are wrong, and commands that come before it or on the wrong queue. */
final class HostileFabricsIT extends HostileCase {
    private static final int SUBSYSTEM_NQN = 256;
    private static final int HOST_NQN = 512;
    private static final int NQN_ROOM = 256;

    @ParameterizedTest
    @ValueSource(ints = {4, 512, 1020, 1028, 2048, 8192})
    void connectHasItsDataWhole(int length) throws IOException {
        byte[] data = Arrays.copyOf(data(plan()), length);
        try (InitiatorConnection connection = initialised()) {
            assertThat(reaction(() -> admin(connection).connect(connect(), data)))
                    .isIn("S(00f)", "S(182)");
        }
    }

    @Test
    void connectWithoutDataIsRefused() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(reaction(() -> admin(connection).execute(connect()))).isIn("S(00f)", "S(182)", "S(002)");
        }
    }

    @Test
    void theDataOfConnectMayBeAskedFor() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(reaction(() -> admin(connection).executeOnDemand(connect(), data(plan()))))
                    .isIn("S(000)", "S(00f)", "S(011)", "S(002)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0xffff})
    void connectHasOneFormat(int format) throws IOException {
        assertThat(refusal(connect().u16(40, format), data(plan())).code())
                .isEqualTo(NvmeStatus.CONNECT_INCOMPATIBLE_FORMAT);
    }

    @Test
    void attributesThatNobodyKnowsMeanNothing() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            assertThat(InitiatorAssociation.connect(admin(connection), connect().u8(46, 0xfb), data(plan())))
                    .isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"256, false", "512, false", "256, true", "512, true"})
    void aNameEndsWithinItsRoom(int offset, boolean empty) throws IOException {
        byte[] data = data(plan());
        Arrays.fill(data, offset, offset + NQN_ROOM, (byte) (empty ? 0 : 'A'));
        assertInvalid(refusal(connect(), data), offset, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nqn.2026-11.dev.pullboot:hostile\nERROR all is lost",
                "nqn.2026-11.dev.pullboot:\u00fcml\u00e4ut",
                "../../../../etc/passwd",
                "nqn.2026-11.dev.pullboot:hostile ",
                "NQN.2026-11.dev.pullboot:hostile",
                "x",
                "%s%s%s%n",
                "nqn.2026-11.dev.pullboot:other"
            })
    void aSubsystemThatIsNotThereIsNotFound(String name) throws IOException {
        byte[] data = named(data(plan()), SUBSYSTEM_NQN, name);
        assertInvalid(refusal(connect(), data), SUBSYSTEM_NQN, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nqn.2026-11.x:a\nERROR all is lost", "nqn.2026-11.x:\u00fc", "nqn.2026-11.x:\u001b[2J", "\u007f"
            })
    void aHostHasANameThatCanBeWritten(String name) throws IOException {
        byte[] data = named(data(plan()), HOST_NQN, name);
        assertInvalid(refusal(connect(), data), HOST_NQN, true);
    }

    @Test
    void aNameOf224CharactersIsTooLong() throws IOException {
        byte[] data = named(data(plan()), HOST_NQN, "nqn.2026-11.x:" + "a".repeat(210));
        assertInvalid(refusal(connect(), data), HOST_NQN, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 0x1234, 0xffef, 0xfffe})
    void controllersAreGivenNotChosen(int controller) throws IOException {
        byte[] data = data(plan());
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putShort(16, (short) controller);
        assertInvalid(refusal(connect(), data), 16, true);
    }

    @Test
    void aQueueJoinsItsOwnController() throws IOException {
        try (InitiatorAssociation association = association();
                InitiatorAssociation other = association()) {
            InitiatorPlan plan = association.plan();
            assertThat(queueRefusal(plan, 3, 16, other.controller()).code())
                    .isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
            for (int controller : new int[] {0, 0xffff, 0xfffe, 0xffef}) {
                assertInvalid(queueRefusal(plan, 3, 16, controller), 16, true);
            }
            InitiatorPlan disguised = plan.withHost(other.plan().hostNqn(), plan.hostId());
            assertThat(queueRefusal(disguised, 3, 16, association.controller()).code())
                    .isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
            InitiatorPlan otherId = plan.withHost(plan.hostNqn(), new UUID(1, 2));
            assertThat(queueRefusal(otherId, 3, 16, association.controller()).code())
                    .isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
            byte[] elsewhere = named(
                    InitiatorSqe.connectData(
                            plan.hostId(), association.controller(), plan.subsystemNqn(), plan.hostNqn()),
                    SUBSYSTEM_NQN,
                    InitiatorPlan.DISCOVERY_NQN);
            assertThat(refusal(InitiatorSqe.connect(3, 16, true, 0), elsewhere).code())
                    .isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
            works(association.queue(1));
            works(other.queue(2));
        }
    }

    @Test
    void queuesHaveALengthAndANumber() throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan())) {
            association.enable();
            int granted = association.grant(2);
            int most = (int) (association.property(InitiatorAssociation.CAP) & 0xffff) + 1;
            assertInvalid(queueRefusal(association, 2, 1), 44, false);
            if (most < 0x10000) {
                assertInvalid(queueRefusal(association, 2, most + 1), 44, false);
            }
            for (int qid : new int[] {granted + 1, 0x7fff, 0xffff}) {
                assertThat(queueRefusal(association, qid, 16).code())
                        .isIn(NvmeStatus.CONNECT_INVALID_PARAMETERS, NvmeStatus.INVALID_QUEUE_ID);
            }
            for (int entries : new int[] {1, 0x10000}) {
                assertInvalid(refusal(InitiatorSqe.connect(0, entries, true, 0), data(plan())), 44, false);
            }
        }
    }

    @Test
    void aQueueIsConnectedOnce() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorRefusal refusal = queueRefusal(association, 1, 16);
            assertThat(refusal.code())
                    .isIn(
                            NvmeStatus.CONNECT_INVALID_PARAMETERS,
                            NvmeStatus.COMMAND_SEQUENCE_ERROR,
                            NvmeStatus.INVALID_QUEUE_ID);
            assertThat(refusal.doNotRetry()).isFalse();
            works(association.queue(1));
        }
    }

    @Test
    void queuesComeAfterTheController() throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan())) {
            assertThat(queueRefusal(association, 1, 16).code())
                    .isIn(NvmeStatus.CONNECT_INVALID_PARAMETERS, NvmeStatus.COMMAND_SEQUENCE_ERROR);
            association.enable();
            association.grant(2);
            works(association.connectQueue(1));
            association.setProperty(InitiatorAssociation.CC, InitiatorAssociation.ENABLE | 1 << 14);
            association.awaitStatus(3 << 2, 2 << 2);
            assertThat(queueRefusal(association, 2, 16).code())
                    .isIn(NvmeStatus.CONNECT_INVALID_PARAMETERS, NvmeStatus.COMMAND_SEQUENCE_ERROR);
        }
    }

    @Test
    void aConnectionConnectsOnce() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorPlan plan = association.plan();
            assertThat(association.admin().connect(connect(), data(plan)).code())
                    .isIn(NvmeStatus.CONNECT_CONTROLLER_BUSY, NvmeStatus.COMMAND_SEQUENCE_ERROR);
            assertThat(association
                            .queue(1)
                            .connect(InitiatorSqe.connect(1, 16, true, 0), data(plan))
                            .code())
                    .isIn(NvmeStatus.CONNECT_CONTROLLER_BUSY, NvmeStatus.COMMAND_SEQUENCE_ERROR);
            works(association.queue(1));
        }
    }

    @Test
    void nothingIsDoneBeforeConnect() throws IOException {
        List<InitiatorSqe> commands = List.of(
                InitiatorSqe.flush(WRITABLE),
                InitiatorSqe.keepAlive(),
                InitiatorSqe.asyncEvent(),
                InitiatorSqe.setFeatures(7, 0),
                InitiatorSqe.propertyGet(0, true),
                InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE),
                InitiatorSqe.of(0xff));
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue queue = admin(connection);
            for (InitiatorSqe command : commands) {
                assertThat(reaction(() -> queue.execute(command))).isIn("S(001)", "S(00c)");
            }
            assertThat(reaction(() -> queue.execute(InitiatorSqe.identify(1, 0), 4096)))
                    .isIn("S(001)", "S(00c)");
            assertThat(reaction(() -> queue.execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096)))
                    .isIn("S(001)", "S(00c)");
            assertThat(reaction(() -> queue.executeInCapsule(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1))))
                    .isIn("S(001)", "S(00c)");
            assertThat(reaction(() -> queue.executeOnDemand(InitiatorSqe.write(WRITABLE, 0, 8), bytes(4096, 1))))
                    .isIn("S(001)", "S(00c)");
            assertThat(InitiatorAssociation.connect(queue, connect(), data(plan())))
                    .isPositive();
        }
    }

    @Test
    void eachKindOfQueueHasItsCommands() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            InitiatorQueue io = association.queue(1);
            assertThat(io.execute(InitiatorSqe.identify(1, 0), 4096).code()).isEqualTo(NvmeStatus.INVALID_OPCODE);
            assertThat(io.execute(InitiatorSqe.keepAlive()).code()).isEqualTo(NvmeStatus.INVALID_OPCODE);
            assertThat(io.execute(InitiatorSqe.propertyGet(0, true)).code()).isEqualTo(NvmeStatus.INVALID_OPCODE);
            assertThat(io.execute(InitiatorSqe.propertySet(InitiatorAssociation.CC, 0))
                            .code())
                    .isEqualTo(NvmeStatus.INVALID_OPCODE);
            // 0x01 and 0x05 would create queues of other transports
            for (InitiatorSqe command :
                    List.of(InitiatorSqe.write(WRITABLE, 0, 1), InitiatorSqe.compare(WRITABLE, 0, 1))) {
                assertThat(admin.executeInCapsule(command, bytes(512, 1)).code())
                        .isEqualTo(NvmeStatus.INVALID_OPCODE);
            }
            assertThat(admin.execute(InitiatorSqe.flush(WRITABLE)).code()).isEqualTo(NvmeStatus.INVALID_OPCODE);
            for (int type : new int[] {0x02, 0x03, 0x07, 0x08, 0x7f, 0xff}) {
                assertThat(admin.execute(InitiatorSqe.fabrics(type)).code())
                        .as("Fabrics command 0x%02x", type)
                        .isIn(NvmeStatus.INVALID_OPCODE, NvmeStatus.INVALID_FIELD);
            }
            works(io);
        }
    }

    @Test
    void aHostThatMayNotIsToldForGood() throws IOException {
        InitiatorRefusal refusal =
                refusal(connect(), data(plan().withHost(HostileExports.NOT_ALLOWED, new UUID(5, 5))));
        assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_INVALID_HOST);
        assertThat(refusal.doNotRetry()).isTrue();

        InitiatorPlan discovery = InitiatorPlan.of(InitiatorPlan.DISCOVERY_NQN, 1)
                .withHost(HostileExports.NOT_ALLOWED, new UUID(5, 5))
                .withQueues(0, 2);
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), discovery)) {
            ByteBuffer log = ByteBuffer.wrap(InitiatorAssociation.done(
                                    association.admin().execute(InitiatorSqe.logPage(0x70, 4096, 0), 4096))
                            .data())
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int entry = 0; entry < log.getLong(8); entry++) {
                assertThat(log.get(1024 * (entry + 1) + 2))
                        .as("subtype: the discovery service itself")
                        .isEqualTo((byte) 3);
            }
        }
    }

    @Test
    void aHostThatComesTooEarlyIsToldToComeAgain() throws IOException {
        InitiatorRefusal refusal = refusal(connect(), data(plan().withHost(HostileExports.NOT_NOW, new UUID(6, 6))));
        assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_CONTROLLER_BUSY);
        assertThat(refusal.doNotRetry()).isFalse();
    }

    @Test
    void discoveryHasNoQueues() throws IOException {
        InitiatorPlan plan = InitiatorPlan.of(InitiatorPlan.DISCOVERY_NQN, 4242).withQueues(0, 16);
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            assertThat(queueRefusal(association, 1, 16).code()).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
            assertThatThrownBy(() -> association.grant(1)).isInstanceOf(InitiatorRefusal.class);
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.identify(0, 1), 4096)
                            .succeeded())
                    .isFalse();
        }
    }

    private static InitiatorSqe connect() {
        return InitiatorSqe.connect(0, 32, true, 0);
    }

    private static byte[] data(InitiatorPlan plan) {
        return InitiatorSqe.connectData(plan.hostId(), 0xffff, plan.subsystemNqn(), plan.hostNqn());
    }

    private static byte[] named(byte[] data, int offset, String name) {
        Arrays.fill(data, offset, offset + NQN_ROOM, (byte) 0);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, data, offset, bytes.length);
        return data;
    }

    private static InitiatorQueue admin(InitiatorConnection connection) {
        return new InitiatorQueue(connection, 0, 32, true);
    }

    private InitiatorRefusal refusal(InitiatorSqe connect, byte[] data) throws IOException {
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue queue = new InitiatorQueue(connection, connect.u16(42), 32, true);
            return catchThrowableOfType(
                    InitiatorRefusal.class, () -> InitiatorAssociation.connect(queue, connect, data));
        }
    }

    private InitiatorRefusal queueRefusal(InitiatorAssociation association, int qid, int entries) throws IOException {
        return queueRefusal(association.plan(), qid, entries, association.controller());
    }

    private InitiatorRefusal queueRefusal(InitiatorPlan plan, int qid, int entries, int controller) throws IOException {
        byte[] data = InitiatorSqe.connectData(plan.hostId(), controller, plan.subsystemNqn(), plan.hostNqn());
        return refusal(InitiatorSqe.connect(qid, entries, true, 0), data);
    }

    /** Connect Invalid Parameters that names the offset: of the data, or of the entry. */
    private static void assertInvalid(InitiatorRefusal refusal, int offset, boolean inData) {
        assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
        assertThat(refusal.result() & 0x1_ffffL).as("IPO and IATTR").isEqualTo(offset | (inData ? 1 << 16 : 0));
    }
}
