package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that have to authenticate, and do it wrongly or not at all. */
final class HostileAuthenticationIT extends HostileCase {
    private static final byte[] FAILURE1 = {0, (byte) 0xf1};
    private static final DhChapSecret HOST = DhChapSecret.of(bytes(32, 0x41));
    private static final DhChapSecret SUBSYSTEM = DhChapSecret.of(bytes(48, 0x42));
    private static final DhChapSecret WRONG = DhChapSecret.of(bytes(32, 0x43));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHasTheSecretGetsIn(boolean mutual) throws IOException {
        InitiatorPlan plan = secured();
        Optional<DhChapSecret> theirs = mutual ? Optional.of(SUBSYSTEM) : Optional.empty();
        try (InitiatorConnection connection = initialised();
                InitiatorConnection second = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            int controller = connect(admin, plan, 0xffff);
            host(plan, HOST, theirs).authenticate(new Wire(admin));
            InitiatorAssociation.done(
                    admin.execute(InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE)));
            InitiatorAssociation.done(admin.execute(InitiatorSqe.setFeatures(7, 0)));

            InitiatorQueue queue = new InitiatorQueue(second, 1, 32, true);
            connect(queue, plan, controller);
            assertThat(queue.execute(InitiatorSqe.read(WRITABLE, 0, 8), 4096).code())
                    .isEqualTo(NvmeStatus.AUTHENTICATION_REQUIRED);
            host(plan, HOST, theirs).authenticate(new Wire(queue));
            works(queue);

            host(plan, HOST, theirs).authenticate(new Wire(admin)); // again, on the live queue
            InitiatorAssociation.done(admin.execute(InitiatorSqe.keepAlive()));
        }
    }

    @Test
    void nothingIsDoneForWhoHasNotAuthenticated() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = admin(connection);
            assertLockedOut(admin);
            for (int opcode = 0; opcode < 0x7f; opcode++) {
                assertThat(admin.execute(InitiatorSqe.of(opcode)).code())
                        .as("opcode 0x%02x", opcode)
                        .isEqualTo(NvmeStatus.AUTHENTICATION_REQUIRED);
            }
        }
    }

    @Test
    void whoDoesNotAuthenticateEndsNobodysAssociation() throws IOException {
        InitiatorPlan plan = secured();
        try (InitiatorConnection connection = initialised();
                InitiatorConnection second = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            int controller = enabled(admin, plan);
            InitiatorQueue queue = new InitiatorQueue(second, 1, 32, true);
            connect(queue, plan, controller);
            host(plan, HOST, Optional.empty()).authenticate(new Wire(queue));
            for (int impostor = 0; impostor < 3; impostor++) {
                try (InitiatorConnection other = initialised()) {
                    InitiatorQueue disguised = new InitiatorQueue(other, 0, 32, true);
                    assertThat(connect(disguised, plan, 0xffff)).isNotEqualTo(controller);
                    works(queue);
                    DhChapHost host = host(plan, WRONG, Optional.empty());
                    Wire wire = new Wire(disguised);
                    wire.send(host.negotiate());
                    wire.send(host.reply(wire.receive(DhChapHost.ROOM)));
                    assertThat(wire.receive(DhChapHost.ROOM)).startsWith(FAILURE1);
                    assertLockedOut(disguised);
                }
                works(queue);
                InitiatorAssociation.done(admin.execute(InitiatorSqe.keepAlive()));
            }

            try (InitiatorConnection again = initialised()) {
                InitiatorQueue renewed = new InitiatorQueue(again, 0, 32, true);
                connect(renewed, plan, 0xffff);
                works(queue);
                host(plan, HOST, Optional.of(SUBSYSTEM)).authenticate(new Wire(renewed));
                assertThat(end(second)).as("the host itself ends what it had").isEqualTo("X");
                assertThat(end(connection)).isEqualTo("X");
                InitiatorAssociation.done(renewed.execute(
                        InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE)));
                InitiatorAssociation.done(renewed.execute(InitiatorSqe.keepAlive()));
            }
        }
    }

    private static int enabled(InitiatorQueue admin, InitiatorPlan plan) throws IOException {
        int controller = connect(admin, plan, 0xffff);
        host(plan, HOST, Optional.empty()).authenticate(new Wire(admin));
        InitiatorAssociation.done(
                admin.execute(InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE)));
        InitiatorAssociation.done(admin.execute(InitiatorSqe.setFeatures(7, 0)));
        return controller;
    }

    @Test
    void aWrongSecretIsRefused() throws IOException {
        InitiatorPlan plan = secured();
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            connect(admin, plan, 0xffff);
            DhChapHost host = host(plan, WRONG, Optional.empty());
            Wire wire = new Wire(admin);
            wire.send(host.negotiate());
            wire.send(host.reply(wire.receive(DhChapHost.ROOM)));
            byte[] failure = Arrays.copyOf(wire.receive(DhChapHost.ROOM), 8);
            assertThat(failure).startsWith(FAILURE1).endsWith(1, 1);
            assertLockedOut(admin);
        }
    }

    /** Field of the SQE, its size in bytes, its value. */
    @ParameterizedTest
    @CsvSource({
        "43, 1, 0",
        "43, 1, 232",
        "41, 1, 0",
        "42, 1, 0",
        "41, 1, 255",
        "44, 4, 0",
        "44, 4, 15",
        "44, 4, 1048576",
        "44, 4, -1"
    })
    void commandsThatAreWrongAreRefused(int offset, int size, int value) throws IOException {
        InitiatorPlan plan = secured();
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            connect(admin, plan, 0xffff);
            byte[] negotiate = host(plan, HOST, Optional.empty()).negotiate();
            InitiatorSqe send = sqe(0x05, negotiate.length);
            String reaction = reaction(() -> admin.executeInCapsule(set(send, offset, size, value), negotiate));
            assertThat(reaction).isIn("S(002)", "S(00f)");
            InitiatorSqe receive = sqe(0x06, DhChapHost.ROOM);
            assertThat(reaction(() -> admin.execute(set(receive, offset, size, value), DhChapHost.ROOM)))
                    .isIn("S(002)", "S(00f)", "S(00c)", "S(000)");
            assertLockedOut(admin);
        }
    }

    @Test
    void anAnswerIsNotThereBeforeAQuestion() throws IOException {
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = admin(connection);
            InitiatorCommand early = admin.execute(sqe(0x06, DhChapHost.ROOM), DhChapHost.ROOM);
            assertThat(early.succeeded() ? Arrays.copyOf(early.data(), 2) : FAILURE1)
                    .isEqualTo(FAILURE1);
            assertLockedOut(admin);
        }
    }

    /** A byte of the negotiation and what is put there. */
    @ParameterizedTest
    @CsvSource({
        "0, 1", "1, 2", "1, 4", "6, 3", "7, 0", "7, 255", "8, 2", "10, 0", "10, 31", "10, 255", "11, 0", "11, 31",
        "11, 255"
    })
    void aNegotiationThatIsWrongFails(int offset, int value) throws IOException {
        InitiatorPlan plan = secured();
        byte[] negotiate = host(plan, HOST, Optional.empty()).negotiate();
        negotiate[offset] = (byte) value;
        assertFails(plan, negotiate);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 16, 71})
    void aNegotiationThatIsCutShortFails(int length) throws IOException {
        InitiatorPlan plan = secured();
        assertFails(plan, Arrays.copyOf(host(plan, HOST, Optional.empty()).negotiate(), length));
    }

    /** A 16-bit field of the reply and what is put there; 0x7fff for a byte that is turned round. */
    @ParameterizedTest
    @CsvSource({"4, 4660", "6, 0", "6, 64", "6, 255", "10, 0", "10, 65535", "10, 255", "10, 257", "12, 1"})
    void aReplyThatIsWrongFails(int offset, int value) throws IOException {
        assertReplyFails(reply -> {
            ByteBuffer fields = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
            if (offset == 12) {
                reply[8] = 1; // asks for a proof that the controller has no secret for, with sequence number 0
                fields.putInt(12, 0);
            } else {
                fields.putShort(offset, (short) value);
            }
            return reply;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aPublicValueThatIsNoneFails(int kind) throws IOException {
        assertReplyFails(reply -> {
            byte[] value = new byte[DhGroup.FFDHE2048.length()];
            byte[] prime = DhGroup.FFDHE2048.prime().toByteArray();
            if (kind == 1) {
                value[value.length - 1] = 1;
            } else if (kind >= 2) {
                System.arraycopy(prime, prime.length - value.length, value, 0, value.length);
                value[value.length - 1] -= (byte) (kind == 2 ? 1 : 0); // p - 1, which is even, or p
            }
            System.arraycopy(value, 0, reply, reply.length - value.length, value.length);
            return reply;
        });
    }

    @Test
    void aReplyThatIsCutShortFails() throws IOException {
        for (int length : new int[] {2, 8, 15, 16, 17, 48, 80, 100}) {
            assertReplyFails(reply -> Arrays.copyOf(reply, length));
        }
    }

    @Test
    void messagesComeInTheirOrder() throws IOException {
        InitiatorPlan plan = secured();
        DhChapHost host = host(plan, HOST, Optional.empty());
        assertFails(plan, host.success2());
        assertFails(plan, host.negotiate(), host.negotiate());
        assertFails(plan, host.negotiate(), host.success2());
    }

    @Test
    void aReplyIsGoodOnce() throws IOException {
        InitiatorPlan plan = secured();
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            connect(admin, plan, 0xffff);
            DhChapHost host = host(plan, HOST, Optional.empty());
            Wire wire = new Wire(admin);
            wire.send(host.negotiate());
            byte[] reply = host.reply(wire.receive(DhChapHost.ROOM));

            try (InitiatorConnection another = initialised()) {
                InitiatorPlan otherPlan = secured();
                InitiatorQueue otherAdmin = new InitiatorQueue(another, 0, 32, true);
                connect(otherAdmin, otherPlan, 0xffff);
                Wire otherWire = new Wire(otherAdmin);
                otherWire.send(host(otherPlan, HOST, Optional.empty()).negotiate());
                assertThat(otherWire.receive(DhChapHost.ROOM)).startsWith(1, 1);
                InitiatorCommand replayed = otherAdmin.executeInCapsule(sqe(0x05, reply.length), reply);
                if (replayed.succeeded()) {
                    assertThat(otherWire.receive(DhChapHost.ROOM)).startsWith(FAILURE1);
                }
                assertLockedOut(otherAdmin);
            }
        }
    }

    /** Each makes the controller compute with numbers of 8192 bits; others must not wait for that. */
    @Test
    void hostsThatCostMuchDoNotHoldUpOthers() throws IOException {
        List<InitiatorConnection> connections = new ArrayList<>();
        try {
            List<InitiatorQueue> queues = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                InitiatorPlan plan = secured();
                InitiatorConnection connection = initialised();
                connections.add(connection);
                InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
                connect(admin, plan, 0xffff);
                byte[] negotiate = host(plan, HOST, Optional.empty())
                        .offering(List.of(DhChapHash.SHA512), List.of(DhGroup.FFDHE8192))
                        .negotiate();
                admin.start(sqe(0x05, negotiate.length), negotiate, true, 0);
                admin.start(sqe(0x06, DhChapHost.ROOM), new byte[0], true, DhChapHost.ROOM);
                queues.add(admin);
            }
            try (InitiatorAssociation association = association()) {
                for (int round = 0; round < 50; round++) {
                    works(association.queue(1));
                }
            }
            for (InitiatorQueue queue : queues) {
                assertThat(queue.await().code()).isIn(NvmeStatus.SUCCESS, NvmeStatus.CONNECT_CONTROLLER_BUSY);
            }
        } finally {
            for (InitiatorConnection connection : connections) {
                connection.close();
            }
        }
    }

    /** Changes a good message. */
    private interface Change {
        byte[] of(byte[] message);
    }

    private void assertReplyFails(Change change) throws IOException {
        InitiatorPlan plan = secured();
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            connect(admin, plan, 0xffff);
            DhChapHost host =
                    host(plan, HOST, Optional.empty()).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.FFDHE2048));
            Wire wire = new Wire(admin);
            wire.send(host.negotiate());
            byte[] reply = change.of(host.reply(wire.receive(DhChapHost.ROOM)));
            assertRefused(admin, reply);
        }
    }

    /** Sends them in turn; the last one must not be taken. */
    private void assertFails(InitiatorPlan plan, byte[]... messages) throws IOException {
        try (InitiatorConnection connection = initialised()) {
            InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
            connect(admin, plan, 0xffff);
            for (int i = 0; i < messages.length - 1; i++) {
                new Wire(admin).send(messages[i]);
            }
            assertRefused(admin, messages[messages.length - 1]);
        }
    }

    private static void assertRefused(InitiatorQueue admin, byte[] message) throws IOException {
        InitiatorCommand sent = admin.executeInCapsule(sqe(0x05, message.length), message);
        if (sent.succeeded()) {
            assertThat(new Wire(admin).receive(DhChapHost.ROOM)).startsWith(FAILURE1);
        } else {
            assertThat(sent.code()).isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.COMMAND_SEQUENCE_ERROR);
        }
        assertLockedOut(admin);
    }

    private static void assertLockedOut(InitiatorQueue admin) throws IOException {
        for (InitiatorSqe sqe : List.of(
                InitiatorSqe.propertyGet(0, true),
                InitiatorSqe.keepAlive(),
                InitiatorSqe.asyncEvent(),
                InitiatorSqe.setFeatures(7, 0),
                InitiatorSqe.propertySet(InitiatorAssociation.CC, InitiatorAssociation.ENABLE))) {
            assertThat(admin.execute(sqe).code()).isEqualTo(NvmeStatus.AUTHENTICATION_REQUIRED);
        }
        assertThat(admin.execute(InitiatorSqe.identify(1, 0), 4096).code())
                .isEqualTo(NvmeStatus.AUTHENTICATION_REQUIRED);
    }

    private InitiatorPlan secured() {
        InitiatorPlan plan = plan();
        exports().authenticate(plan.hostNqn(), new AuthenticationKeys(HOST, Optional.of(SUBSYSTEM)));
        return plan;
    }

    private InitiatorQueue admin(InitiatorConnection connection) throws IOException {
        InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
        connect(admin, secured(), 0xffff);
        return admin;
    }

    private static int connect(InitiatorQueue queue, InitiatorPlan plan, int controller) throws IOException {
        byte[] data = InitiatorSqe.connectData(plan.hostId(), controller, plan.subsystemNqn(), plan.hostNqn());
        InitiatorCommand reply = InitiatorAssociation.done(
                queue.connect(InitiatorSqe.connect(queue.id(), 32, true, plan.keepAliveMillis()), data));
        assertThat(reply.result & ~0xffffL).as("authentication is asked for").isEqualTo(1 << 17);
        return (int) (reply.result & 0xffff);
    }

    private static DhChapHost host(InitiatorPlan plan, DhChapSecret secret, Optional<DhChapSecret> subsystems) {
        return DhChapHost.of(plan.hostNqn(), plan.subsystemNqn(), secret, subsystems, new Random(7));
    }

    private static InitiatorSqe sqe(int type, int length) {
        return InitiatorSqe.fabrics(type).u8(41, 1).u8(42, 1).u8(43, 0xe9).u32(44, length);
    }

    private static InitiatorSqe set(InitiatorSqe sqe, int offset, int size, int value) {
        return size == 1 ? sqe.u8(offset, value) : sqe.u32(offset, value);
    }

    /** Carries messages over a queue. */
    private record Wire(InitiatorQueue queue) implements DhChapHost.Wire {
        @Override
        public void send(byte[] message) {
            try {
                InitiatorAssociation.done(queue.executeInCapsule(sqe(0x05, message.length), message));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] receive(int length) {
            try {
                InitiatorCommand received = queue.execute(sqe(0x06, length), length);
                return InitiatorAssociation.done(received).data();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
