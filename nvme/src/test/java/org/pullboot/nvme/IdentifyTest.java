package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class IdentifyTest {
    private static final UUID FIRST = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    private static final UUID SECOND = UUID.fromString("fedcba98-7654-3210-fedc-ba9876543210");

    private final FakeExport export = new FakeExport(
            new Namespace(1, FIRST, FakeDisk.of(1L << 41)), new Namespace(5, SECOND, FakeDisk.readOnly(1536)));
    private final AdminHost host = AdminHost.enabled(export);

    @Test
    void aControllerIsDescribedAtTheOffsetsOfTheSpecification() {
        ByteBuffer page = host.identify(0x01, 0);
        assertThat(page.limit()).isEqualTo(4096);
        assertThat(text(page, 4, 20)).isEqualTo("SN0123              ");
        assertThat(text(page, 24, 40)).isEqualTo("A model                                 ");
        assertThat(text(page, 64, 8)).isEqualTo("fw1     ");
        assertThat(page.get(72)).isEqualTo((byte) 6);
        assertThat(page.get(76)).as("CMIC").isEqualTo((byte) 2);
        assertThat(page.get(77)).as("MDTS").isEqualTo((byte) 8);
        assertThat(page.getShort(78)).as("CNTLID").isEqualTo((short) 7);
        assertThat(page.getInt(80)).as("VER").isEqualTo(0x0001_0400);
        assertThat(page.getInt(92)).as("OAES").isEqualTo(0x100);
        assertThat(page.getInt(96)).as("CTRATT").isEqualTo(0x41);
        assertThat(page.get(111)).as("CNTRLTYPE").isEqualTo((byte) 1);
        assertThat(page.getInt(128)).as("CRDT1, CRDT2").isZero();
        assertThat(page.get(258)).as("ACL").isEqualTo((byte) 3);
        assertThat(page.get(259)).as("AERL").isEqualTo((byte) 3);
        assertThat(page.get(260)).as("FRMW").isEqualTo((byte) 3);
        assertThat(page.get(261)).as("LPA").isEqualTo((byte) 6);
        assertThat(page.get(262)).as("ELPE").isEqualTo((byte) 63);
        assertThat(page.getShort(266)).as("WCTEMP").isEqualTo((short) 0x157);
        assertThat(page.getShort(268)).as("CCTEMP").isEqualTo((short) 0x175);
        assertThat(page.getShort(320)).as("KAS").isEqualTo((short) 10);
        assertThat(page.get(512)).as("SQES").isEqualTo((byte) 0x66);
        assertThat(page.get(513)).as("CQES").isEqualTo((byte) 0x44);
        assertThat(page.getShort(514)).as("MAXCMD").isEqualTo((short) 128);
        assertThat(page.getInt(516)).as("NN").isEqualTo(16);
        assertThat(page.getShort(520)).as("ONCS").isEqualTo((short) 0x8d);
        assertThat(page.getShort(522)).as("FUSES").isZero();
        assertThat(page.get(525)).as("VWC").isEqualTo((byte) 5);
        assertThat(page.getLong(526)).as("AWUN, AWUPF, ACWU").isZero();
        assertThat(page.getInt(536)).as("SGLS").isEqualTo(0x0010_0001);
        assertThat(page.getInt(540)).as("MNAN").isEqualTo(16);
        assertThat(text(page, 768, 256))
                .isEqualTo(AdminHost.SUBSYSTEM + "\0".repeat(256 - AdminHost.SUBSYSTEM.length()));
        assertThat(page.getInt(1792)).as("IOCCSZ").isEqualTo(516);
        assertThat(page.getInt(1796)).as("IORCSZ").isEqualTo(1);
        assertThat(page.getShort(1800)).as("ICDOFF").isZero();
        assertThat(page.get(1803)).as("MSDBD").isEqualTo((byte) 1);
        assertThat(page.getShort(2048)).as("maximum power").isNotZero();
    }

    @Test
    void aNamespaceIsDescribedAtTheOffsetsOfTheSpecification() {
        ByteBuffer page = host.identify(0x00, 1);
        assertThat(page.limit()).isEqualTo(4096);
        for (int size : new int[] {0, 8, 16}) {
            assertThat(page.getLong(size)).isEqualTo(1L << 32);
        }
        assertThat(page.get(24)).as("NSFEAT").isEqualTo((byte) 0x12);
        assertThat(page.get(25)).as("NLBAF").isZero();
        assertThat(page.get(26)).as("FLBAS").isZero();
        assertThat(page.get(30)).as("NMIC").isEqualTo((byte) 1);
        assertThat(page.get(33)).as("DLFEAT").isEqualTo((byte) 9);
        assertThat(page.getShort(34)).as("NAWUN").isEqualTo((short) 7);
        assertThat(page.getShort(36)).as("NAWUPF").isEqualTo((short) 7);
        assertThat(page.getShort(38)).as("NACWU").isZero();
        for (int preference : new int[] {64, 66, 68, 70, 72}) {
            assertThat(page.getShort(preference)).isEqualTo((short) 7);
        }
        assertThat(page.get(99)).as("NSATTR").isZero();
        assertThat(hex(page, 104, 16)).as("NGUID").isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(page.getLong(120)).as("EUI64").isZero();
        assertThat(page.getInt(128)).as("LBAF0").isEqualTo(9 << 16);
    }

    @Test
    void aNamespaceThatTakesNoWritesIsProtected() {
        ByteBuffer page = host.identify(0x00, 5);
        assertThat(page.getLong(0)).isEqualTo(3);
        assertThat(page.get(99)).isEqualTo((byte) 1);
        assertThat(host.identify(0x08, 5).get(8)).isEqualTo((byte) 1);
    }

    @Test
    void aNamespaceThatIsNotThereIsAllZeroes() {
        assertThat(host.identify(0x00, 2)).isEqualTo(ByteBuffer.allocate(4096));
        assertThat(host.identify(0x05, 1)).isEqualTo(ByteBuffer.allocate(4096));
        assertThat(host.identify(0x08, 2)).isEqualTo(ByteBuffer.allocate(4096));
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 2, 0x03)).isEqualTo(NvmeStatus.INVALID_NAMESPACE);
    }

    @Test
    void idsThatCannotBeAreRefused() {
        for (int id : new int[] {0, 17, 0xffff_fffe, 0xffff_ffff, 0x8000_0000}) {
            for (int structure : new int[] {0x00, 0x03, 0x05, 0x08}) {
                assertThat(host.statusOf(AdminOpcode.IDENTIFY, id, structure)).isEqualTo(NvmeStatus.INVALID_NAMESPACE);
            }
        }
    }

    @Test
    void activeNamespacesAreListedAboveAnId() {
        assertThat(ids(host.identify(0x02, 0))).isEqualTo("1 5 0");
        assertThat(ids(host.identify(0x02, 1))).isEqualTo("5 0 0");
        assertThat(ids(host.identify(0x02, 5))).isEqualTo("0 0 0");
        assertThat(ids(host.identify(0x02, 0xffff_fffd))).isEqualTo("0 0 0");
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0xffff_fffe, 0x02)).isEqualTo(NvmeStatus.INVALID_NAMESPACE);
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0xffff_ffff, 0x02)).isEqualTo(NvmeStatus.INVALID_NAMESPACE);
    }

    @Test
    void aNamespaceIsNamedByUuidAndNguid() {
        ByteBuffer page = host.identify(0x03, 5);
        assertThat(hex(page, 0, 48))
                .isEqualTo("03100000fedcba9876543210fedcba9876543210"
                        + "02100000fedcba9876543210fedcba9876543210"
                        + "0000000000000000");
        assertThat(page.limit()).isEqualTo(4096);
    }

    @Test
    void aNamespaceIsReady() {
        ByteBuffer page = host.identify(0x08, 1);
        assertThat(page.get(1)).isEqualTo((byte) 1);
        assertThat(page.get(14)).isEqualTo((byte) 1);
    }

    @Test
    void thereIsOneCommandSet() {
        assertThat(host.identify(0x06, 0)).isEqualTo(ByteBuffer.allocate(4096));
        assertThat(host.dataOf(AdminOpcode.IDENTIFY, 0, 0x1c | 0xffff_0000).getLong(0))
                .isEqualTo(1);
        assertThat(host.dataOf(AdminOpcode.IDENTIFY, 0, 0x1c | (7 << 16)).getLong(0))
                .isEqualTo(1);
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0, 0x1c | (8 << 16))).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 0, 0x06, 2 << 24)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(AdminOpcode.IDENTIFY, 1, 0x05, 2 << 24)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void allOtherStructuresAreRefusedForGood() {
        Set<Integer> known = Set.of(0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x08);
        for (int structure = 0; structure < 256; structure++) {
            AdminReply reply = host.ask(AdminOpcode.IDENTIFY, 1, structure);
            if (known.contains(structure)) {
                assertThat(reply).isInstanceOf(AdminReply.Data.class);
            } else {
                assertThat(reply)
                        .as("CNS %02x", structure)
                        .isEqualTo(AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY));
            }
        }
    }

    private static String text(ByteBuffer page, int offset, int length) {
        byte[] bytes = new byte[length];
        page.get(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String hex(ByteBuffer page, int offset, int length) {
        byte[] bytes = new byte[length];
        page.get(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String ids(ByteBuffer page) {
        return page.getInt(0) + " " + page.getInt(4) + " " + page.getInt(8);
    }
}
