package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControllerPropertiesTest {
    private static final int CC = 0x14;
    private static final int CSTS = 0x1c;
    private static final int SHUT_DOWN = 1 << 14;

    private final FakeDisk disk = FakeDisk.of(1 << 20);
    private final FakeDisk readOnly = FakeDisk.readOnly(1 << 20);
    private final Namespace first = new Namespace(1, UUID.randomUUID(), disk);
    private final FakeExport export = new FakeExport(first, new Namespace(2, UUID.randomUUID(), readOnly));
    private final AdminHost host = AdminHost.fresh(export);

    @Test
    void capabilitiesAreReadWholeOrByHalves() {
        assertThat(AdminHost.result(host.ask(AdminHost.propertyGet(0, 1)))).isEqualTo(0x0000_0020_1e01_007fL);
        assertThat(host.property(0)).isEqualTo(0x1e01_007fL);
        assertThat(host.property(4)).isEqualTo(0x20);
        assertThat(host.property(8)).isEqualTo(0x0001_0400);
    }

    @Test
    void otherOffsetsAndSizesAreRefused() {
        for (int offset : new int[] {1, 0x0c, 0x10, 0x18, 0x20, 0x24, 0x68, 0x1000, -1}) {
            for (int size = 0; size < 8; size++) {
                assertThat(AdminHost.status(host.ask(AdminHost.propertyGet(offset, size))))
                        .isEqualTo(NvmeStatus.INVALID_FIELD);
                assertThat(AdminHost.status(host.ask(AdminHost.propertySet(offset, size, 1))))
                        .isEqualTo(NvmeStatus.INVALID_FIELD);
            }
        }
        for (int size = 1; size < 8; size++) {
            assertThat(AdminHost.status(host.ask(AdminHost.propertyGet(CC, size))))
                    .isEqualTo(NvmeStatus.INVALID_FIELD);
            assertThat(AdminHost.status(host.ask(AdminHost.propertySet(CC, size, AdminHost.CC_ENABLED))))
                    .isEqualTo(NvmeStatus.INVALID_FIELD);
        }
        for (int fixed : new int[] {0, 4, 8, CSTS}) {
            assertThat(AdminHost.status(host.setProperty(fixed, 1))).isEqualTo(NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void aHostCannotResetTheSubsystemOfAllOthers() {
        assertThat(AdminHost.status(host.setProperty(0x20, 0x4e56_4d65))).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(AdminHost.status(host.setProperty(0x20, 1))).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void enablingMakesItReadyAndShowsTheNamespaces() {
        host.setProperty(CC, 0x0046_0000);
        assertThat(host.property(CSTS)).isZero();
        assertThat(host.controller.ready()).isFalse();
        assertThat(host.controller.namespace(1)).isNull();
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CC)).isEqualTo(AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(1);
        assertThat(host.controller.ready()).isTrue();
        assertThat(host.controller.namespace(1)).isEqualTo(first);
        for (int none : new int[] {0, 3, 16, 17, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThat(host.controller.namespace(none)).isNull();
        }
        assertThat(host.drops).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x0000_0001,
                0x0045_0001,
                0x0056_0001,
                0x0066_0001,
                0x0046_0011,
                0x0046_0061,
                0x0046_0081,
                0x0046_0781,
                0x0046_0801,
                0x0046_3801
            })
    void aWrongConfigurationIsFatalUntilAReset(int configuration) {
        host.setProperty(CC, configuration);
        assertThat(host.property(CSTS)).isEqualTo(2);
        assertThat(host.controller.ready()).isFalse();
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(2);
        host.setProperty(CC, 0);
        assertThat(host.property(CSTS)).isZero();
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(1);
    }

    @Test
    void aConfigurationThatGoesWrongWhileEnabledIsFatal() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        host.setProperty(CC, AdminHost.CC_ENABLED | 0x80);
        assertThat(host.property(CSTS)).isEqualTo(2);
        assertThat(host.drops).isEqualTo(1);
        assertThat(host.controller.namespace(1)).isNull();
    }

    @Test
    void withoutItsNamespacesItDoesNotStart() {
        export.broken = true;
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(2);
        export.broken = false;
        export.unreadable = true;
        host.setProperty(CC, 0);
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(2);
        export.unreadable = false;
        host.setProperty(CC, 0);
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(1);
    }

    @Test
    void twoNamespacesOfOneIdAreTheExportsFault() {
        export.show(new Namespace(3, UUID.randomUUID(), disk), new Namespace(3, UUID.randomUUID(), disk));
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(2);
    }

    @Test
    void disablingDropsTheQueuesAndForgetsAll() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        List<AdminReply> waiting = host.awaitEvent();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0a, 1);
        host.setProperty(CC, 0x0046_0000);
        assertThat(host.property(CSTS)).isZero();
        assertThat(host.drops).isEqualTo(1);
        assertThat(host.controller.namespace(1)).isNull();
        assertThat(waiting).containsExactly(AdminReply.failed(NvmeStatus.ABORT_REQUESTED));
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.resultOf(AdminOpcode.GET_FEATURES, 0, 0x0a)).isZero();
    }

    @Test
    void shuttingDownFlushesWhatCanBeWritten() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        host.setProperty(CC, AdminHost.CC_ENABLED | SHUT_DOWN);
        assertThat(host.property(CSTS)).isEqualTo(0b1001);
        assertThat(host.controller.ready()).isFalse();
        assertThat(host.drops).isEqualTo(1);
        assertThat(disk.flushes).isEqualTo(1);
        assertThat(readOnly.flushes).isZero();
        host.setProperty(CC, AdminHost.CC_ENABLED | SHUT_DOWN);
        assertThat(disk.flushes).isEqualTo(1);
    }

    @Test
    void aFailedFlushShowsButTheHostNeedNotWait() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        disk.broken = true;
        host.setProperty(CC, AdminHost.CC_ENABLED | SHUT_DOWN);
        assertThat(host.property(CSTS)).isEqualTo(0b1011);
    }

    @Test
    void onlyAResetEndsAShutdown() {
        host.setProperty(CC, AdminHost.CC_ENABLED | SHUT_DOWN);
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.controller.ready()).isFalse();
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0, 1)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        host.setProperty(CC, 0);
        assertThat(host.property(CSTS)).isZero();
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.controller.ready()).isTrue();
    }

    @Test
    void shutDownAndDisabledAtOnceIsBoth() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        host.setProperty(CC, 0x0046_0000 | SHUT_DOWN);
        assertThat(host.property(CSTS)).isEqualTo(0b1000);
        assertThat(disk.flushes).isEqualTo(1);
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(1);
    }

    @Test
    void aClosedControllerIsNotReady() {
        host.setProperty(CC, AdminHost.CC_ENABLED);
        host.controller.close();
        assertThat(host.controller.ready()).isFalse();
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        assertThat(export.closed).isFalse();
    }

    @Test
    void anyConfigurationInAnyOrderIsHarmless() {
        long seed = 20_260;
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            int configuration = switch (random.nextInt(5)) {
                case 0 -> random.nextInt();
                case 1 -> 0;
                case 2 -> AdminHost.CC_ENABLED | (random.nextInt(4) << 14);
                case 3 -> 0x0046_0000 | (random.nextInt(4) << 14);
                default -> AdminHost.CC_ENABLED;
            };
            assertThat(AdminHost.status(host.setProperty(CC, configuration))).isEqualTo(NvmeStatus.SUCCESS);
            long status = host.property(CSTS);
            assertThat(status & ~0b1011)
                    .as("seed %d, step %d, CC %08x", seed, i, configuration)
                    .isZero();
            assertThat(host.controller.ready())
                    .as("seed %d, step %d, CC %08x", seed, i, configuration)
                    .isEqualTo(status == 1);
        }
        host.setProperty(CC, 0);
        host.setProperty(CC, AdminHost.CC_ENABLED);
        assertThat(host.property(CSTS)).isEqualTo(1);
    }
}
