package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogPagesTest {
    private static final int GET = AdminOpcode.GET_LOG_PAGE;

    private final AdminHost host =
            AdminHost.enabled(new FakeExport(new Namespace(1, UUID.randomUUID(), FakeDisk.of(1 << 20))));

    @Test
    void thereAreSixLogs() {
        ByteBuffer log = host.log(0x00, 1024);
        for (int page = 0; page < 256; page++) {
            boolean there = page <= 5;
            assertThat(log.getInt(page * 4)).isEqualTo(there ? 1 : 0);
            assertThat(host.statusOf(GET, 0, page)).isEqualTo(there ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void theHealthLogCountsWhatWentThrough() {
        host.controller.counters().read(3, 512_000);
        host.controller.counters().wrote(2, 512_001);
        host.controller.counters().mediaError();
        ByteBuffer log = host.log(0x02, 512);
        assertThat(log.limit()).isEqualTo(512);
        assertThat(log.get(0)).as("critical warning").isZero();
        assertThat(log.getShort(1)).as("temperature").isBetween((short) 273, (short) 0x157);
        assertThat(log.get(3)).isEqualTo((byte) 100);
        assertThat(log.get(5)).isZero();
        assertThat(log.getLong(32)).isEqualTo(1);
        assertThat(log.getLong(48)).isEqualTo(2);
        assertThat(log.getLong(64)).isEqualTo(3);
        assertThat(log.getLong(80)).isEqualTo(2);
        assertThat(log.getLong(160)).isEqualTo(1);
    }

    @Test
    void theFirstFirmwareSlotIsActive() {
        ByteBuffer log = host.log(0x03, 512);
        assertThat(log.get(0)).isEqualTo((byte) 1);
        byte[] revision = new byte[8];
        log.get(8, revision);
        assertThat(new String(revision, StandardCharsets.US_ASCII)).isEqualTo("fw1     ");
        assertThat(log.getLong(16)).isZero();
    }

    @Test
    void thereAreNoErrors() {
        assertThat(host.log(0x01, 4096)).isEqualTo(ByteBuffer.allocate(4096));
    }

    @Test
    void theEffectsLogNamesExactlyTheCommandsThatAreThere() {
        ByteBuffer log = host.log(0x05, 4096);
        Set<Integer> writes = Set.of(0x01, 0x08, 0x09);
        Set<Integer> reads = Set.of(0x00, 0x02, 0x05, 0x0c);
        for (int opcode = 0; opcode < 256; opcode++) {
            int admin = log.getInt(opcode * 4);
            // Asking for an event is answered later.
            if (opcode != AdminOpcode.ASYNC_EVENT_REQUEST && opcode != AdminOpcode.FABRICS) {
                boolean there = host.statusOf(opcode, 0, 1) != NvmeStatus.INVALID_OPCODE;
                assertThat(admin).as("admin command %02x", opcode).isEqualTo(there ? 1 : 0);
            }
            assertThat(log.getInt(1024 + opcode * 4))
                    .as("I/O command %02x", opcode)
                    .isEqualTo(writes.contains(opcode) ? 3 : reads.contains(opcode) ? 1 : 0);
        }
        assertThat(log.getInt(AdminOpcode.ASYNC_EVENT_REQUEST * 4)).isEqualTo(1);
    }

    @Test
    void onlyTheEffectsOfTheNvmCommandSetAreKnown() {
        assertThat(host.statusOf(GET, 0, 0x05, 0, 0, 0, 2 << 24)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void logsAreReadInPieces() {
        ByteBuffer whole = host.log(0x05, 4096);
        for (int offset = 0; offset < 4096; offset += 508) {
            ByteBuffer part = host.dataOf(GET, -1, 0x05 | (126 << 16), 0, offset);
            assertThat(part.limit()).isEqualTo(508);
            int there = Math.min(508, 4096 - offset);
            assertThat(part.slice(0, there)).isEqualTo(whole.slice(offset, there));
            assertThat(part.slice(there, 508 - there)).isEqualTo(ByteBuffer.allocate(508 - there));
        }
    }

    @Test
    void whatIsAfterTheEndIsZero() {
        ByteBuffer log = host.log(0x02, 4096);
        assertThat(log.limit()).isEqualTo(4096);
        assertThat(log.slice(512, 3584)).isEqualTo(ByteBuffer.allocate(3584));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 510, 512, 516, 0xffff_fffcL, 1L << 32, 1L << 63, -1, -4, -512, Long.MAX_VALUE - 3})
    void offsetsOutsideOfTheLogAreRefused(long offset) {
        for (int length : new int[] {4, 512, 1 << 20}) {
            int dwords = length / 4 - 1;
            assertThat(host.statusOf(GET, 0, 0x02 | (dwords << 16), dwords >>> 16, (int) offset, (int) (offset >>> 32)))
                    .isEqualTo(NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void moreThanTheCommandHasRoomForIsRefused() {
        assertThat(host.statusOf(GET, 0, 0xffff_0002, 0xffff)).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        assertThat(host.statusOf(GET, 0, 0x0000_0002, 4)).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        ByteBuffer none = AdminHost.command(GET, 0, 0x02).putInt(32, 0);
        assertThat(AdminHost.status(host.ask(none))).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);
    }

    @Test
    void moreThanACommandMayHaveIsRefused() {
        ByteBuffer huge = AdminHost.command(GET, 0, 0xffff_0002, 0xffff).putInt(32, -1);
        assertThat(AdminHost.status(host.ask(huge))).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        ByteBuffer big = AdminHost.command(GET, 0, 0xffff_0002, 0xff).putInt(32, -1);
        assertThat(AdminHost.status(host.ask(big))).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void noLogIsIndexed() {
        assertThat(host.statusOf(GET, 0, 0x02, 0, 0, 0, 1 << 23)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void noLogIsOfOneNamespace() {
        for (int page = 0; page <= 5; page++) {
            assertThat(host.statusOf(GET, 1, page)).isEqualTo(NvmeStatus.INVALID_FIELD);
            assertThat(host.statusOf(GET, -1, page)).isEqualTo(NvmeStatus.SUCCESS);
        }
    }
}
