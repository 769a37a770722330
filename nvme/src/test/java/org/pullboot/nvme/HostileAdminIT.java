package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties and admin commands that are wrong, or come at the wrong time. */
final class HostileAdminIT extends HostileCase {
    @ParameterizedTest
    @CsvSource({
        "5, 4, 0, 0, 0",
        "7, 4, 0, 0, 0",
        "6, 3, 0, 0, 0",
        "6, 5, 0, 0, 0",
        "0, 0, 0, 0, 0",
        "6, 4, 1, 0, 0",
        "6, 4, 15, 0, 0",
        "6, 4, 0, 1, 0",
        "6, 4, 0, 7, 0",
        "6, 4, 0, 0, 1",
        "6, 4, 0, 0, 6",
    })
    void aConfigurationThatCannotBeFails(int sqes, int cqes, int mps, int ams, int css) throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan())) {
            int configuration = 1 | css << 4 | mps << 7 | ams << 11 | sqes << 16 | cqes << 20;
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.propertySet(InitiatorAssociation.CC, configuration))
                            .code())
                    .isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD);
            assertThat(association.property(InitiatorAssociation.CSTS) & 1).isZero();
        }
    }

    @Test
    void aControllerMayBeToggledWildly() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int done = 0;
        while (done < 100_000) {
            try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan())) {
                InitiatorQueue admin = association.admin();
                for (; done < 100_000; done += admin.depth()) {
                    while (admin.hasRoom()) {
                        int value = random.nextInt(4) == 0
                                ? random.nextInt()
                                : InitiatorAssociation.ENABLE & -random.nextInt(3);
                        InitiatorCommand command = admin.take();
                        command.sqe.copy(InitiatorSqe.propertySet(InitiatorAssociation.CC, value));
                        admin.submit(command);
                    }
                    while (admin.underWay() > 0) {
                        InitiatorCommand command = admin.await();
                        assertThat(command.code())
                                .as("seed %d", seed)
                                .isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD);
                        admin.release(command);
                    }
                    assertThat(association.property(InitiatorAssociation.CSTS) & ~0x1f)
                            .isZero();
                }
            } catch (EOFException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("closed"); // a shutdown may end the association
                done += InitiatorAssociation.ADMIN_ENTRIES - 1;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 0x10, 0x15, 0x18, 0x24, 0x28, 0x38, 0x1000, 0x7fff_fffc, -1, -4})
    void propertiesThatAreNotThereAreRefused(int offset) throws IOException {
        try (InitiatorAssociation association = association()) {
            for (boolean wide : new boolean[] {false, true}) {
                assertThat(association
                                .admin()
                                .execute(InitiatorSqe.propertyGet(offset, wide))
                                .code())
                        .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.CONNECT_INVALID_PARAMETERS);
            }
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.propertySet(offset, 1))
                            .code())
                    .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.CONNECT_INVALID_PARAMETERS);
            works(association.queue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x4e56_4d65, 0x4e56_4d64, -1})
    void thereIsNoResetOfTheSubsystem(int magic) throws IOException {
        try (InitiatorAssociation association = association()) {
            assertThat(association.property(InitiatorAssociation.CAP) >>> 36 & 1)
                    .as("CAP.NSSRS")
                    .isZero();
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.propertySet(0x20, magic))
                            .code())
                    .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.CONNECT_INVALID_PARAMETERS);
            works(association.queue(1));
        }
    }

    @Test
    void aControllerThatIsShutDownAndDisabledAtOnceIsNeither() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorSqe both = InitiatorSqe.propertySet(InitiatorAssociation.CC, 6 << 16 | 4 << 20 | 1 << 14);
            assertThat(association.admin().execute(both).code()).isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD);
            association.awaitStatus(1, 0);
            assertThat(end(association.queue(1).connection())).isEqualTo("X");
        }
    }

    @Test
    void theDiscoveryLogEndsWhereItEnds() throws IOException {
        InitiatorPlan plan = InitiatorPlan.of(InitiatorPlan.DISCOVERY_NQN, 4711).withQueues(0, 2);
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan)) {
            InitiatorQueue admin = association.admin();
            for (long offset : new long[] {1, 1023, 1L << 20, 1L << 62, 1L << 63, -4, -1024, 0xffff_fffcL}) {
                assertThat(admin.execute(InitiatorSqe.logPage(0x70, 4096, offset), 4096)
                                .code())
                        .as("from 0x%x", offset)
                        .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.SGL_DATA_LENGTH_INVALID);
            }
            InitiatorCommand last = admin.execute(InitiatorSqe.logPage(0x70, 4096, 2048), 4096);
            assertThat(last.code()).isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD);
            assertThat(admin.execute(InitiatorSqe.logPage(0x70, 1024, 0), 1024).succeeded())
                    .isTrue();
        }
    }

    @Test
    void adminCommandsThatNobodyKnowsAreRefused() throws IOException {
        Set<Integer> known = Set.of(0x02, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x18, 0x7f);
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            for (int opcode = 0; opcode <= 0xff; opcode++) {
                if (!known.contains(opcode)) {
                    InitiatorSqe command = InitiatorSqe.of(opcode);
                    assertThat(List.of(
                                    admin.execute(command).code(),
                                    admin.executeInCapsule(command, bytes(512, 1))
                                            .code(),
                                    admin.executeOnDemand(command, bytes(512, 1))
                                            .code()))
                            .as("opcode 0x%02x, with data and with data to come", opcode)
                            .containsOnly(NvmeStatus.INVALID_OPCODE);
                }
            }
            works(association.queue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7})
    void propertiesHaveFourOrEightBytes(int size) throws IOException {
        try (InitiatorAssociation association = association()) {
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.propertyGet(0, true).u8(40, size))
                            .code())
                    .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.CONNECT_INVALID_PARAMETERS);
        }
    }

    @Test
    void queuesAreAskedForOnceAndInTime() throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.connect(address(), plan())) {
            association.enable();
            int granted = association.grant(0xffff);
            assertThat(granted).isBetween(1, 64);
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.setFeatures(7, -1))
                            .code())
                    .isEqualTo(NvmeStatus.INVALID_FIELD);
            association.connectQueue(1);
            assertThat(association
                            .admin()
                            .execute(InitiatorSqe.setFeatures(7, 0))
                            .code())
                    .isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
            works(association.queue(1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
    void anyKeepAliveTimeIsPossible(long millis) throws IOException {
        try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan().withKeepAlive(millis))) {
            works(association.queue(1));
        }
    }

    @Test
    void logPagesEndWhereTheyEnd() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            for (int page : new int[] {0x01, 0x02, 0x03, 0x04, 0x05}) {
                for (long offset : new long[] {1, 2, 3, 1L << 62, 1L << 63, -4, -512, 0xffff_fffcL, 0x1_0000_0000L}) {
                    InitiatorCommand command = admin.execute(InitiatorSqe.logPage(page, 512, offset), 512);
                    assertThat(command.code())
                            .as("log page %d from 0x%x", page, offset)
                            .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.SGL_DATA_LENGTH_INVALID);
                }
                assertThat(admin.execute(
                                        InitiatorSqe.logPage(page, 512, 0)
                                                .u16(42, 0xffff)
                                                .u16(44, 0xffff),
                                        512)
                                .code())
                        .isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD, NvmeStatus.SGL_DATA_LENGTH_INVALID);
                assertThat(admin.execute(InitiatorSqe.logPage(page, 4096, 0), 512)
                                .code())
                        .isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD, NvmeStatus.SGL_DATA_LENGTH_INVALID);
            }
            for (int page : new int[] {0x06, 0x0c, 0x70, 0x80, 0xc0, 0xff}) {
                assertThat(admin.execute(InitiatorSqe.logPage(page, 512, 0), 512)
                                .code())
                        .as("log page %d", page)
                        .isIn(NvmeStatus.INVALID_FIELD, NvmeStatus.INVALID_LOG_PAGE);
            }
        }
    }

    @Test
    void identifyIsSentAsFarAsThereIsRoom() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            for (int length : new int[] {0, 1, 4, 512, 4092, 4095, 4096, 4100, 8192, 65536}) {
                InitiatorCommand command = admin.execute(InitiatorSqe.identify(1, 0), length);
                assertThat(command.code())
                        .isIn(NvmeStatus.SUCCESS, NvmeStatus.SGL_DATA_LENGTH_INVALID, NvmeStatus.INVALID_FIELD);
                assertThat(command.received).isLessThanOrEqualTo(length);
            }
            for (int cns = 0; cns <= 0xff; cns++) {
                int known = admin.execute(InitiatorSqe.identify(cns, 1), 4096).code();
                assertThat(known)
                        .as("CNS 0x%02x", cns)
                        .isIn(NvmeStatus.SUCCESS, NvmeStatus.INVALID_FIELD, NvmeStatus.INVALID_NAMESPACE);
            }
            for (int nsid : new int[] {0, 17, -1, -2}) {
                assertThat(admin.execute(InitiatorSqe.identify(0, nsid), 4096).code())
                        .as("namespace 0x%x", nsid)
                        .isIn(
                                NvmeStatus.INVALID_NAMESPACE,
                                nsid == -1 ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_NAMESPACE);
            }
        }
    }

    @Test
    void fewEventsAreWaitedFor() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            int most = Byte.toUnsignedInt(association.identifyController().get(259)) + 1;
            for (int event = 0; event < most; event++) {
                admin.start(InitiatorSqe.asyncEvent(), new byte[0], true, 0);
            }
            for (int more = 0; more < 100; more++) {
                assertThat(admin.execute(InitiatorSqe.asyncEvent()).code())
                        .isEqualTo(NvmeStatus.ASYNC_EVENT_LIMIT_EXCEEDED);
            }
            assertThat(admin.underWay()).isEqualTo(most);
        }
    }

    @Test
    void abortsOfWhatIsNotThereDoNothing() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorQueue admin = association.admin();
            for (int sqid : new int[] {0, 1, 2, 3, 0xffff}) {
                for (int cid : new int[] {0, 1, 0xffff}) {
                    InitiatorCommand abort = admin.execute(InitiatorSqe.abort(sqid, cid));
                    assertThat(abort.succeeded() ? abort.result & 1 : 1).isEqualTo(1);
                }
            }
            List<InitiatorCommand> aborts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                aborts.add(admin.start(InitiatorSqe.abort(1, 7), new byte[0], true, 0));
            }
            for (InitiatorCommand abort : aborts) {
                assertThat(admin.await(abort).code()).isIn(NvmeStatus.SUCCESS, 0x103);
                admin.release(abort);
            }
            works(association.queue(1));
        }
    }

    @Test
    void whoNeedNotAuthenticateCannot() throws IOException {
        try (InitiatorAssociation association = association()) {
            InitiatorSqe send =
                    InitiatorSqe.fabrics(0x05).u8(41, 1).u8(42, 1).u8(43, 0xe9).u32(44, 64);
            assertThat(association.admin().executeInCapsule(send, bytes(64, 0)).code())
                    .isIn(NvmeStatus.INVALID_OPCODE, NvmeStatus.INVALID_FIELD, NvmeStatus.COMMAND_SEQUENCE_ERROR);
            InitiatorSqe receive =
                    InitiatorSqe.fabrics(0x06).u8(41, 1).u8(42, 1).u8(43, 0xe9).u32(44, 4096);
            assertThat(association.admin().execute(receive, 4096).code())
                    .isIn(NvmeStatus.INVALID_OPCODE, NvmeStatus.INVALID_FIELD, NvmeStatus.COMMAND_SEQUENCE_ERROR);
            works(association.queue(1));
        }
    }
}
