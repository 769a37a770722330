package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FeaturesTest {
    private static final int GET = AdminOpcode.GET_FEATURES;
    private static final int SET = AdminOpcode.SET_FEATURES;
    private static final Set<Integer> KNOWN = Set.of(0x01, 0x02, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0b, 0x0f, 0x16);

    private final AdminHost host = AdminHost.enabled(new FakeExport());

    @Test
    void unknownFeaturesAreRefused() {
        for (int feature = 0; feature < 256; feature++) {
            // The host identifier is known, but only in its long form.
            boolean known = KNOWN.contains(feature);
            assertThat(host.statusOf(GET, 0, feature))
                    .as("feature %02x", feature)
                    .isEqualTo(known ? NvmeStatus.SUCCESS : NvmeStatus.INVALID_FIELD);
            if (!known && feature != 0x81) {
                assertThat(host.statusOf(SET, 0, feature)).isEqualTo(NvmeStatus.INVALID_FIELD);
            }
        }
    }

    @Test
    void noFeatureCanBeSaved() {
        assertThat(host.statusOf(SET, 0, 0x8000_0001)).isEqualTo(NvmeStatus.FEATURE_NOT_SAVEABLE);
        assertThat(host.statusOf(SET, 0, 0x8000_00ff)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void defaultsAndCapabilitiesCannotBeAskedFor() {
        for (int select = 1; select < 8; select++) {
            assertThat(host.statusOf(GET, 0, 0x07 | (select << 8))).isEqualTo(NvmeStatus.INVALID_FIELD);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x07, 0x0b, 0x0f, 0x81})
    void whatBelongsToTheControllerBelongsToNoNamespace(int feature) {
        assertThat(host.statusOf(SET, 1, feature)).isEqualTo(NvmeStatus.FEATURE_NOT_NAMESPACE_SPECIFIC);
        assertThat(host.statusOf(GET, 1, feature, 1)).isEqualTo(NvmeStatus.FEATURE_NOT_NAMESPACE_SPECIFIC);
        assertThat(host.statusOf(GET, -1, feature, 1)).isEqualTo(NvmeStatus.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"1,0x07060503", "5,0x1234", "10,1", "11,0x100", "15,90000"})
    void whatIsSetIsGot(int feature, int value) {
        host.resultOf(SET, 0, feature, value);
        assertThat(host.resultOf(GET, 0, feature)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "0x00030003, 0x00030003", "0x00000000, 0x00000000", "0x00000001, 0x00000000",
        "0x00010000, 0x00000000", "0x00020001, 0x00010001", "0xfffefffe, 0x00030003"
    })
    void queuesAreGrantedUpToTheLimit(String wanted, String granted) {
        assertThat(host.resultOf(SET, 0, 0x07, Long.decode(wanted).intValue())).isEqualTo(Long.decode(granted));
        assertThat(host.resultOf(GET, 0, 0x07)).isEqualTo(Long.decode(granted));
    }

    @Test
    void numbersOfQueuesThatCannotBeAreRefused() {
        for (int wanted : new int[] {0xffff, 0xffff_0000, 0xffff_ffff}) {
            assertThat(host.statusOf(SET, 0, 0x07, wanted)).isEqualTo(NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void queuesAreNotGrantedAnewWhileThereAreAny() {
        assertThat(host.resultOf(SET, 0, 0x07, 0x0001_0001)).isEqualTo(0x0001_0001);
        assertThat(host.resultOf(SET, 0, 0x07, 0x0002_0002)).isEqualTo(0x0002_0002);
        assertThat(host.controller.connectQueue(3, 128)).isEqualTo(NvmeStatus.SUCCESS);
        assertThat(host.statusOf(SET, 0, 0x07, 0)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        host.controller.disconnectQueue(3);
        assertThat(host.resultOf(SET, 0, 0x07, 0)).isZero();
        assertThat(host.controller.connectQueue(3, 128)).isEqualTo(NvmeStatus.CONNECT_INVALID_PARAMETERS);
    }

    @Test
    void aResetGrantsAllQueuesAgain() {
        assertThat(host.resultOf(SET, 0, 0x07, 0)).isZero();
        host.setProperty(0x14, 0);
        host.setProperty(0x14, AdminHost.CC_ENABLED);
        assertThat(host.resultOf(GET, 0, 0x07)).isEqualTo(0x0003_0003);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1000", "1000,1000", "1001,2000", "5000,5000", "4294967295,4294967295"})
    void theKeepAliveTimeoutIsRoundedUpToSeconds(long asked, long taken) {
        host.resultOf(SET, 0, 0x0f, (int) asked);
        assertThat(host.controller.keepAliveMillis()).isEqualTo(taken);
        assertThat(host.resultOf(GET, 0, 0x0f)).isEqualTo(taken);
        host.controller.keepAliveMillis(asked);
        assertThat(host.controller.keepAliveMillis()).isEqualTo(taken);
    }

    @Test
    void theTimeoutOutlivesAReset() {
        host.controller.keepAliveMillis(5000);
        host.setProperty(0x14, 0);
        host.setProperty(0x14, AdminHost.CC_ENABLED);
        assertThat(host.controller.keepAliveMillis()).isEqualTo(5000);
    }

    @Test
    void thereIsACacheThatCannotBeSwitchedOff() {
        assertThat(host.resultOf(GET, 0, 0x06)).isEqualTo(1);
        assertThat(host.statusOf(SET, 0, 0x06, 1)).isEqualTo(NvmeStatus.SUCCESS);
        assertThat(host.statusOf(SET, 0, 0x06, 0)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void thereIsOnePowerState() {
        assertThat(host.statusOf(SET, 0, 0x02, 0)).isEqualTo(NvmeStatus.SUCCESS);
        assertThat(host.statusOf(SET, 0, 0x02, 1)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void temperatureHasAnUpperAndALowerThreshold() {
        assertThat(host.resultOf(GET, 0, 0x04)).isEqualTo(0x157);
        assertThat(host.resultOf(GET, 0, 0x04, 1 << 20)).isZero();
        host.resultOf(SET, 0, 0x04, 0x140);
        host.resultOf(SET, 0, 0x04, (1 << 20) | 0x100);
        assertThat(host.resultOf(GET, 0, 0x04)).isEqualTo(0x140);
        assertThat(host.resultOf(GET, 0, 0x04, 1 << 20)).isEqualTo(0x100);
        assertThat(host.statusOf(GET, 0, 0x04, 1 << 16)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(SET, 0, 0x04, 1 << 16)).isEqualTo(NvmeStatus.INVALID_FIELD);
    }

    @Test
    void errorsOfDeallocatedBlocksAreNotOffered() {
        assertThat(host.statusOf(SET, 1, 0x05, 1 << 16)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(SET, 1, 0x05, 7)).isEqualTo(NvmeStatus.SUCCESS);
    }

    @Test
    void onlyEventsThatAreOfferedCanBeAskedFor() {
        assertThat(host.resultOf(GET, 0, 0x0b)).isEqualTo(0x100);
        assertThat(host.statusOf(SET, 0, 0x0b, 0x1ff)).isEqualTo(NvmeStatus.SUCCESS);
        for (int bit = 9; bit < 32; bit++) {
            assertThat(host.statusOf(SET, 0, 0x0b, 1 << bit)).isEqualTo(NvmeStatus.INVALID_FIELD);
        }
    }

    @Test
    void theHostIdentifierIsThatOfItsConnect() {
        ByteBuffer id = host.dataOf(GET, 0, 0x81, 1);
        assertThat(id.limit()).isEqualTo(16);
        assertThat(id.get(1)).isEqualTo((byte) 0x11);
        assertThat(id.get(15)).isEqualTo((byte) 0xff);
        assertThat(host.statusOf(GET, 0, 0x81, 0)).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(host.statusOf(SET, 0, 0x81, 1)).isEqualTo(NvmeStatus.COMMAND_SEQUENCE_ERROR);
    }

    @Test
    void theHostMaySayThatItRetriesLater() {
        assertThat(host.dataOf(GET, 0, 0x16)).isEqualTo(ByteBuffer.allocate(512));
        ByteBuffer behaviour = ByteBuffer.allocate(512).put(0, (byte) 1);
        assertThat(set(behaviour)).isEqualTo(NvmeStatus.SUCCESS);
        assertThat(host.dataOf(GET, 0, 0x16)).isEqualTo(behaviour);
        assertThat(set(ByteBuffer.allocate(512).put(0, (byte) 2))).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(set(ByteBuffer.allocate(512).put(2, (byte) 1))).isEqualTo(NvmeStatus.INVALID_FIELD);
        assertThat(set(ByteBuffer.allocate(511))).isEqualTo(NvmeStatus.SGL_DATA_LENGTH_INVALID);
        assertThat(host.dataOf(GET, 0, 0x16)).isEqualTo(behaviour);
    }

    private int set(ByteBuffer behaviour) {
        return AdminHost.status(
                host.send(AdminHost.command(SET, 0, 0x16), behaviour).getFirst());
    }
}
