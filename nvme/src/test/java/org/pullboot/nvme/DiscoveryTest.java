package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiscoveryTest {
    private static final InetSocketAddress TARGET = new InetSocketAddress("192.0.2.1", 4420);
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("0.0.0.0", 4420);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.7", 8009);
    private static final int GET = AdminOpcode.GET_LOG_PAGE;
    private static final AdminReply DISCOVERY_CHANGED = new AdminReply.Done(NvmeStatus.SUCCESS, 0x70_f0_02);

    /** Subsystems that a test changes at will. */
    private static final class Names implements Exports {
        private List<String> names = List.of("nqn.2026-01.org.pullboot:a");
        private boolean broken;

        @Override
        public List<String> visibleTo(Host host) {
            if (broken) {
                throw new IllegalStateException("broken, as the test asked");
            }
            return host.nqn().equals(AdminHost.NQN) ? names : List.of();
        }

        @Override
        public Export open(String subsystemNqn, Host host) throws RefusedException {
            throw new RefusedException(RefusedException.Reason.NOT_NOW, "not here");
        }
    }

    private final Names names = new Names();
    private final DiscoveryService service = new DiscoveryService(names, ANYWHERE, false);
    private final AdminHost host = AdminHost.enabledDiscovery(service, LOCAL);

    @Test
    void aDiscoveryControllerSaysWhatItIs() {
        ByteBuffer page = host.identify(0x01, 0);
        assertThat(page.getShort(78)).isEqualTo((short) 9);
        assertThat(page.get(77)).isEqualTo((byte) 8);
        assertThat(page.getInt(92)).as("OAES").isEqualTo(0x8000_0000);
        assertThat(page.get(111)).as("CNTRLTYPE").isEqualTo((byte) 2);
        assertThat(page.get(261)).as("LPA").isEqualTo((byte) 4);
        assertThat(page.getInt(516)).as("NN").isZero();
        assertThat(page.getShort(520)).as("ONCS").isZero();
        assertThat(page.get(525)).as("VWC").isZero();
        assertThat(text(page, 768, 256)).isEqualTo("nqn.2014-08.org.nvmexpress.discovery");
        assertThat(page.get(4)).isEqualTo((byte) '1');
        assertThat(page.get(5)).isEqualTo((byte) ' ');
    }

    @Test
    void queueEntrySizesDoNotMatter() {
        host.setProperty(0x14, 0);
        host.setProperty(0x14, 1);
        assertThat(host.property(0x1c)).isEqualTo(1);
    }

    @Test
    void theLogHoldsTheServiceAndTheSubsystems() {
        ByteBuffer log = host.log(0x70, 4096);
        assertThat(log.getLong(0)).as("GENCTR").isEqualTo(1);
        assertThat(log.getLong(8)).as("NUMREC").isEqualTo(2);
        assertThat(log.getShort(16)).as("RECFMT").isZero();

        ByteBuffer current = log.slice(1024, 1024).order(log.order());
        assertThat(current.getInt(0)).as("TRTYPE, ADRFAM, SUBTYPE, TREQ").isEqualTo(0x04_03_01_03);
        assertThat(current.getShort(4)).as("PORTID").isEqualTo((short) 2);
        assertThat(current.getShort(6)).as("CNTLID").isEqualTo((short) 0xffff);
        assertThat(current.getShort(8)).as("ASQSZ").isEqualTo((short) 32);
        assertThat(current.getShort(10)).as("EFLAGS").isEqualTo((short) 2);
        assertThat(text(current, 32, 32)).isEqualTo("8009");
        assertThat(text(current, 256, 256)).isEqualTo("nqn.2014-08.org.nvmexpress.discovery");
        assertThat(text(current, 512, 256)).isEqualTo("192.0.2.7");

        ByteBuffer subsystem = log.slice(2048, 1024).order(log.order());
        assertThat(subsystem.getInt(0)).isEqualTo(0x04_02_01_03);
        assertThat(subsystem.getShort(4)).isEqualTo((short) 1);
        assertThat(subsystem.getShort(10)).isZero();
        assertThat(text(subsystem, 32, 32)).isEqualTo("4420");
        assertThat(text(subsystem, 256, 256)).isEqualTo("nqn.2026-01.org.pullboot:a");
        assertThat(text(subsystem, 512, 256)).isEqualTo("192.0.2.7");
        assertThat(subsystem.get(768)).isZero();

        assertThat(log.slice(3072, 1024)).isEqualTo(ByteBuffer.allocate(1024));
    }

    @Test
    void anAddressOfItsOwnIsToldToAll() {
        AdminHost other = AdminHost.enabledDiscovery(new DiscoveryService(names, TARGET, false), LOCAL);
        assertThat(text(other.log(0x70, 4096), 2048 + 512, 256)).isEqualTo("192.0.2.1");
    }

    @Test
    void ipv6IsToldWithoutItsZone() throws Exception {
        java.net.InetAddress linkLocal = java.net.Inet6Address.getByAddress(
                null, new byte[] {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 3);
        AdminHost six = AdminHost.enabledDiscovery(service, new InetSocketAddress(linkLocal, 4420));
        ByteBuffer log = six.log(0x70, 4096);
        assertThat(log.get(2049)).isEqualTo((byte) 2);
        assertThat(text(log, 2048 + 512, 256)).isEqualTo("fe80:0:0:0:0:0:0:1");
    }

    @Test
    void securityIsToldPerSubsystem() {
        AdminHost tls = AdminHost.enabledDiscovery(new DiscoveryService(names, ANYWHERE, true), LOCAL);
        ByteBuffer log = tls.log(0x70, 4096);
        assertThat(log.get(1024 + 3)).isEqualTo((byte) 4);
        assertThat(log.get(2048 + 3)).isEqualTo((byte) 5);
        assertThat(log.get(2048 + 768)).isEqualTo((byte) 2);
    }

    @Test
    void aHostThatMayHaveNothingSeesNothing() {
        names.names = List.of();
        ByteBuffer log = host.log(0x70, 4096);
        assertThat(log.getLong(8)).isEqualTo(1);
        assertThat(log.slice(2048, 2048)).isEqualTo(ByteBuffer.allocate(2048));
    }

    @Test
    void thePiecesOfALogBelongTogether() {
        ByteBuffer header = host.log(0x70, 1024);
        names.names = List.of("nqn.2026-01.org.pullboot:b", "nqn.2026-01.org.pullboot:c");
        service.changed();
        ByteBuffer rest = host.dataOf(GET, 0, 0x70 | (1023 << 16), 0, 1024);
        assertThat(header.getLong(8)).isEqualTo(2);
        assertThat(text(rest, 1024 + 256, 256)).isEqualTo("nqn.2026-01.org.pullboot:a");
        ByteBuffer again = host.log(0x70, 1024);
        assertThat(again.getLong(0)).isGreaterThan(header.getLong(0));
        assertThat(again.getLong(8)).isEqualTo(3);
    }

    @Test
    void theNumberOfALogGrowsEvenWhenNobodySaidThatItChanged() {
        long before = host.log(0x70, 1024).getLong(0);
        assertThat(host.log(0x70, 1024).getLong(0)).isEqualTo(before);
        names.names = List.of();
        assertThat(host.log(0x70, 1024).getLong(0)).isGreaterThan(before);
    }

    @Test
    void aLogThatIsReadFromItsMiddleIsThereToo() {
        assertThat(text(host.dataOf(GET, 0, 0x70 | (255 << 16), 0, 2048), 256, 256))
                .isEqualTo("nqn.2026-01.org.pullboot:a");
        assertThat(host.statusOf(GET, 0, 0x70 | (255 << 16), 0, 3072)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(GET, 0, 0x70, 0, 0, 0x8000_0000)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(GET, 0, 0x70, 0, 2)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void aChangeIsTold() {
        host.log(0x70, 1024);
        List<AdminReply> one = host.awaitEvent();
        List<AdminReply> two = host.awaitEvent();
        names.names = List.of();
        service.changed();
        host.controller.subsystemsChanged();
        host.controller.subsystemsChanged();
        assertThat(one).containsExactly(DISCOVERY_CHANGED);
        assertThat(two).isEmpty();
        host.log(0x70, 1024);
        names.names = List.of("nqn.2026-01.org.pullboot:d");
        service.changed();
        host.controller.subsystemsChanged();
        assertThat(two).containsExactly(DISCOVERY_CHANGED);
    }

    @Test
    void aChangeOfOthersIsNotTold() {
        host.log(0x70, 1024);
        List<AdminReply> event = host.awaitEvent();
        service.changed();
        host.controller.subsystemsChanged();
        host.controller.namespacesChanged();
        assertThat(event).isEmpty();
    }

    @Test
    void aFaultOfTheTargetIsNotTheHostsBusiness() {
        host.log(0x70, 1024);
        List<AdminReply> event = host.awaitEvent();
        names.broken = true;
        host.controller.subsystemsChanged();
        assertThat(event).isEmpty();
        assertThat(host.statusOf(GET, 0, 0x70)).isEqualTo(NvmeStatus.INTERNAL_ERROR);
        names.broken = false;
        assertThat(host.log(0x70, 1024).getLong(8)).isEqualTo(2);
    }

    @Test
    void onlyTheCommandsOfDiscoveryAreThere() {
        Set<Integer> commands = Set.of(0x02, 0x06, 0x09, 0x0a, 0x0c, 0x18, 0x7f);
        for (int opcode = 0; opcode < 256; opcode++) {
            if (!commands.contains(opcode)) {
                assertThat(host.statusOf(opcode, 0)).as("opcode %02x", opcode).isEqualTo(NvmeStatus.INVALID_OPCODE);
            }
        }
        for (int structure = 0; structure < 256; structure++) {
            assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0, structure))
                    .isEqualTo(structure == 1 ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD);
        }
        for (int page = 0; page < 256; page++) {
            assertThat(host.statusOf(GET, 0, page))
                    .isEqualTo(page == 0x70 ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD);
        }
        for (int feature = 0; feature < 256; feature++) {
            assertThat(host.statusOf(AdminOpcode.GET_FEATURES, 0, feature))
                    .isEqualTo(feature == 0x0b || feature == 0x0f ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void thereAreNoQueuesAndNoNamespaces() {
        assertThat(host.controller.connectQueue(1, 32)).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
        assertThat(host.controller.namespace(1)).isNull();
    }

    @Test
    void itShutsDown() {
        host.setProperty(0x14, AdminHost.CC_ENABLED | (1 << 14));
        assertThat(host.property(0x1c)).isEqualTo(0b1001);
    }

    /** Up to the padding. */
    private static String text(ByteBuffer page, int offset, int length) {
        byte[] bytes = new byte[length];
        page.get(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII).replaceAll("[\\x00 ]+$", "");
    }
}
