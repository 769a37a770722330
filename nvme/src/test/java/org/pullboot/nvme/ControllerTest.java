package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ControllerTest {
    private static final Set<Integer> COMMANDS = Set.of(0x02, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x18);

    private final FakeExport export = new FakeExport(new Namespace(1, UUID.randomUUID(), FakeDisk.of(1 << 20)));
    private final AdminHost host = AdminHost.enabled(export);

    @Test
    void otherOpcodesAreRefusedForGood() {
        for (int opcode = 0; opcode < 256; opcode++) {
            if (!COMMANDS.contains(opcode) && opcode != AdminOpcode.FABRICS) {
                assertThat(host.ask(opcode, 1))
                        .as("opcode %02x", opcode)
                        .isEqualTo(AdminReply.failed(NvmeStatus.INVALID_OPCODE | NvmeStatus.DO_NOT_RETRY));
            }
        }
    }

    @Test
    void fabricsCommandsThatBelongElsewhereAreRefused() {
        for (int type = 0; type < 256; type++) {
            int expected = switch (type) {
                case AdminOpcode.PROPERTY_GET -> NvmeStatus.SUCCESS;
                case AdminOpcode.PROPERTY_SET, AdminOpcode.AUTHENTICATION_SEND, AdminOpcode.AUTHENTICATION_RECEIVE ->
                    NvmeStatus.INVALID_FIELD;
                case AdminOpcode.CONNECT -> NvmeStatus.COMMAND_SEQUENCE_ERROR;
                default -> NvmeStatus.INVALID_OPCODE;
            };
            assertThat(host.statusOf(AdminOpcode.FABRICS, type))
                    .as("type %02x", type)
                    .isEqualTo(expected);
        }
    }

    @Test
    void nothingButPropertiesAndKeepAliveIsAnsweredBeforeItIsEnabled() {
        AdminHost early = AdminHost.fresh(export);
        early.controller.keepAliveMillis(5000);
        for (int opcode : COMMANDS) {
            assertThat(early.statusOf(opcode, 0, 1))
                    .as("opcode %02x", opcode)
                    .isEqualTo(
                            opcode == AdminOpcode.KEEP_ALIVE ? NvmeStatus.SUCCESS : NvmeStatus.COMMAND_SEQUENCE_ERROR);
        }
        assertThat(early.statusOf(0x55, 0)).isEqualTo(NvmeStatus.INVALID_OPCODE);
        assertThat(early.controller.connectQueue(1, 32)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
    }

    @Test
    void fusedCommandsAreRefused() {
        for (int opcode : COMMANDS) {
            for (int fuse = 1; fuse < 4; fuse++) {
                ByteBuffer command = AdminHost.command(opcode, 0, 1).put(1, (byte) (0x40 | fuse));
                assertThat(AdminHost.status(host.ask(command))).isEqualTo(NvmeStatus.INVALID_FIELD);
            }
        }
    }

    @Test
    void abortAbortsNothing() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(host.resultOf(AdminOpcode.ABORT, 0, i * 31)).isEqualTo(1);
        }
    }

    @Test
    void keepAliveNeedsATimeout() {
        assertThat(host.statusOf(AdminOpcode.KEEP_ALIVE, 0)).isEqualTo(NvmeStatus.KEEP_ALIVE_TIMEOUT_INVALID);
        host.controller.keepAliveMillis(1);
        assertThat(host.statusOf(AdminOpcode.KEEP_ALIVE, 0)).isEqualTo(NvmeStatus.SUCCESS);
    }

    @Test
    void fourRequestsForEventsAreHeld() {
        List<AdminReply> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            host.controller.execute(
                    AdminHost.command(AdminOpcode.ASYNC_EVENT_REQUEST, 0), AdminHost.NO_DATA, held::add);
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(AdminHost.status(host.awaitEvent().getFirst())).isEqualTo(NvmeStatus.ASYNC_EVENT_LIMIT_EXCEEDED);
        }
        assertThat(held).isEmpty();
        host.setProperty(0x14, 0);
        assertThat(held).hasSize(4).containsOnly(AdminReply.failed(NvmeStatus.ABORT_REQUESTED));
    }

    @Test
    void queuesAreConnectedOnceAndWithinLimits() {
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.SUCCESS);
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        assertThat(host.controller.connectQueue(4, 2)).isEqualTo(NvmeStatus.SUCCESS);
        for (int id : new int[] {0, 5, 0xffff, -1}) {
            assertThat(host.controller.connectQueue(id, 128)).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
        }
        for (int entries : new int[] {0, 1, 129, 65_536}) {
            assertThat(host.controller.connectQueue(2, entries)).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
        }
        host.controller.disconnectQueue(1);
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.SUCCESS);
    }

    @Test
    void aQueueOutlivesAResetUntilItsConnectionEnds() {
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.SUCCESS);
        host.setProperty(0x14, 0);
        host.setProperty(0x14, AdminHost.CC_ENABLED);
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        host.controller.disconnectQueue(1);
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.SUCCESS);
    }

    @Test
    void queuesCannotBeConnectedAfterAShutdown() {
        host.setProperty(0x14, AdminHost.CC_ENABLED | (1 << 14));
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
    }

    @Test
    void theBuffersOfTheTransportStayAsTheyAre() {
        ByteBuffer command = AdminHost.command(AdminOpcode.SET_FEATURES, 0, 0x16);
        ByteBuffer data = ByteBuffer.allocate(512);
        host.send(command, data);
        assertThat(command.position()).isZero();
        assertThat(data.position()).isZero();
        ByteBuffer before = ByteBuffer.allocate(72).put(8, command, 0, 64).position(8);
        assertThat(AdminHost.status(host.send(before, data).getFirst())).isEqualTo(NvmeStatus.SUCCESS);
        assertThatThrownBy(() -> host.send(ByteBuffer.allocate(63), data)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsShowInPropertiesAndIdentify() {
        AdminHost small = AdminHost.fresh(export, new ControllerLimits(1, 1024, 1028, 128 << 10, 2, 1));
        small.setProperty(0x14, AdminHost.CC_ENABLED);
        assertThat(small.property(0) & 0xffff).isEqualTo(1023);
        ByteBuffer page = small.identify(0x01, 0);
        assertThat(page.get(77)).isEqualTo((byte) 5);
        assertThat(page.get(258)).isZero();
        assertThat(page.get(259)).isEqualTo((byte) 1);
        assertThat(page.getShort(514)).isEqualTo((short) 1024);
        assertThat(page.getInt(1792)).isEqualTo(1028);
        assertThat(small.resultOf(AdminOpcode.SET_FEATURES, 0, 0x07, 0x00ff_00ff))
                .isZero();
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        for (int bytes : new int[] {0, 2048, 4097, 12_288, -4096}) {
            assertThatThrownBy(() -> new ControllerLimits(4, 128, 516, bytes, 4, 4))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new ControllerLimits(0, 128, 516, 4096, 4, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ControllerLimits(4, 1, 516, 4096, 4, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ControllerLimits(4, 128, 3, 4096, 4, 4))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
