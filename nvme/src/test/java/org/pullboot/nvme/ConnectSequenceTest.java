package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What hosts send, in their order, with what they check before they go on. */
final class ConnectSequenceTest {
    private final UUID uuid = UUID.randomUUID();
    private final AdminHost host = AdminHost.fresh(new FakeExport(new Namespace(1, uuid, FakeDisk.of(10L << 30))));

    @Test
    void linuxConnects() {
        connectAsLinux();
    }

    private void connectAsLinux() {
        host.controller.keepAliveMillis(5000);
        enable();
        long version = host.property(0x08);
        assertThat(version).isGreaterThanOrEqualTo(0x0001_0300);
        ByteBuffer controller = host.identify(0x01, 0);
        linuxAccepts(controller);

        boolean effects = (controller.get(261) & 2) != 0;
        if (effects) {
            assertThat(host.dataOf(AdminOpcode.GET_LOG_PAGE, -1, 0x05 | (1023 << 16))
                            .getInt(1024))
                    .isEqualTo(1);
        }
        host.identify(0x06, 0);
        host.dataOf(AdminOpcode.GET_LOG_PAGE, -1, 0x02 | (127 << 16));
        host.resultOf(AdminOpcode.GET_FEATURES, 0, 0x04);
        host.resultOf(AdminOpcode.KEEP_ALIVE, 0);

        long granted = host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x07, 0x0007_0007);
        int queues = (int) Math.min(granted & 0xffff, granted >>> 16) + 1;
        assertThat(queues).isBetween(1, 8);
        for (int queue = 1; queue <= queues; queue++) {
            assertThat(host.controller.connectQueue(queue, 128)).isEqualTo(NvmeStatus.SUCCESS);
        }
        int events = controller.getInt(92) & 0x8000_0b00;
        assertThat(events).isNotZero();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, events);
        assertThat(host.awaitEvent()).isEmpty();
        linuxScans();
    }

    @Test
    void linuxConnectsAgainAfterAReset() {
        connectAsLinux();
        host.setProperty(0x14, 0x0046_0000);
        assertThat(host.property(0x1c) & 1).isZero();
        for (int queue = 1; queue <= 4; queue++) {
            host.controller.disconnectQueue(queue);
        }
        connectAsLinux();
    }

    @Test
    void linuxLeaves() {
        connectAsLinux();
        host.setProperty(0x14, host.property(0x14) | (1 << 14));
        assertThat((host.property(0x1c) >> 2) & 3).isEqualTo(2);
    }

    @Test
    void spdkAndFirmwareConnect() {
        host.controller.keepAliveMillis(70_000);
        assertThat(host.property(0x08)).isEqualTo(0x0001_0400);
        assertThat(host.property(0x14)).isZero();
        enable();
        ByteBuffer controller = host.identify(0x01, 0);
        linuxAccepts(controller);
        int events = (int) host.resultOf(AdminOpcode.GET_FEATURES, 0, 0x0b);
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, events | (controller.getInt(92) & 0x100));
        for (int i = 0; i <= controller.get(259); i++) {
            assertThat(host.awaitEvent()).isEmpty();
        }
        assertThat(host.resultOf(AdminOpcode.GET_FEATURES, 0, 0x0f)).isEqualTo(70_000);
        host.identify(0x06, 0);
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x07, 0x0000_0000);
        assertThat(host.controller.connectQueue(1, 128)).isEqualTo(NvmeStatus.SUCCESS);
        linuxScans();
        host.dataOf(AdminOpcode.IDENTIFY, 1, 0x05);
        // What it asks for beside that may fail, if only it is answered.
        assertThat(host.statusOf(AdminOpcode.GET_LOG_PAGE, -1, 0xc1 | (127 << 16)))
                .isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.dataOf(AdminOpcode.GET_FEATURES, 0, 0x81, 1).limit()).isEqualTo(16);
    }

    private void enable() {
        long capabilities = AdminHost.result(host.ask(AdminHost.propertyGet(0, 1)));
        assertThat((capabilities >>> 37) & 1).as("NVM command set").isEqualTo(1);
        assertThat((capabilities >>> 43) & 1).as("several command sets").isZero();
        assertThat((capabilities >>> 48) & 0xf).as("MPSMIN").isZero();
        assertThat(capabilities >>> 59).as("CRWMS, CRIMS").isZero();
        int timeout = (int) ((capabilities >>> 24) & 0xff);
        assertThat(timeout).isPositive();
        int configuration = (6 << 16) | (4 << 20);
        host.setProperty(0x14, configuration);
        assertThat(AdminHost.result(host.ask(AdminHost.propertyGet(0, 1)))).isEqualTo(capabilities);
        host.setProperty(0x14, configuration | 1);
        assertThat(host.property(0x1c)).isEqualTo(1);
    }

    private static void linuxAccepts(ByteBuffer controller) {
        assertThat(controller.getShort(78)).as("CNTLID as in Connect").isEqualTo((short) 7);
        assertThat(controller.getShort(320)).as("KAS").isPositive();
        assertThat(controller.getInt(1792)).as("IOCCSZ").isGreaterThanOrEqualTo(4);
        assertThat(controller.getInt(1796)).as("IORCSZ").isGreaterThanOrEqualTo(1);
        assertThat(controller.getShort(1800)).as("ICDOFF").isZero();
        assertThat(controller.getInt(536) & 3).as("SGLs").isNotZero();
        assertThat(controller.getInt(536) & (1 << 20)).as("SGL offsets").isNotZero();
        assertThat(controller.get(76) & 2).as("several controllers").isNotZero();
        assertThat(controller.getShort(514)).as("MAXCMD").isPositive();
        assertThat(controller.get(111)).as("CNTRLTYPE").isEqualTo((byte) 1);
    }

    private void linuxScans() {
        ByteBuffer ids = host.identify(0x02, 0);
        assertThat(ids.getInt(0)).isEqualTo(1);
        assertThat(ids.getInt(4)).isZero();
        ByteBuffer names = host.identify(0x03, 1);
        assertThat(names.get(0)).isEqualTo((byte) 3);
        assertThat(names.get(1)).isEqualTo((byte) 16);
        assertThat(names.slice(4, 8).getLong()).isEqualTo(uuid.getMostSignificantBits());
        host.identify(0x08, 1);
        ByteBuffer namespace = host.identify(0x00, 1);
        assertThat(namespace.getLong(0)).isEqualTo(10L << 21);
        int format = namespace.get(26) & 0xf;
        assertThat(namespace.get(128 + format * 4 + 2)).as("block shift").isEqualTo((byte) 9);
        assertThat(namespace.getShort(128 + format * 4)).as("metadata").isZero();
        assertThat(namespace.get(30) & 1).as("shared").isEqualTo(1);
    }
}
