package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Near the end of the clock's range, since it may begin anywhere. */
    private static final long START = Long.MAX_VALUE - 5 * SECOND;

    private final Patience patience = new Patience(Timeouts.defaults(), START);

    @Test
    void whoDoesNotBeginIsLeft() {
        assertThat(patience.lost(START + 10 * SECOND, false, false, false)).isNull();
        assertThat(patience.lost(START + 11 * SECOND, false, false, false)).isEqualTo("no ICReq came");
        assertThat(patience.lost(START + 30 * SECOND, true, false, false)).isNull();
        assertThat(patience.lost(START + 31 * SECOND, true, false, false))
                .isEqualTo("the host did not connect a queue, or did not authenticate");
        assertThat(patience.lost(START + 1000 * SECOND, true, true, false)).isNull();
    }

    @Test
    void whoDoesNotReadIsLeft() {
        patience.sent(START + 100 * SECOND);

        assertThat(patience.lost(START + 130 * SECOND, true, true, true)).isNull();
        assertThat(patience.lost(START + 131 * SECOND, true, true, true))
                .isEqualTo("the host does not read what it is sent");
    }

    @Test
    void aByteASecondIsNoProgress() {
        for (int second = 0; second <= 30; second++) {
            assertThat(patience.stalled(START + second * SECOND, true, second)).isFalse();
        }
        assertThat(patience.stalled(START + 31 * SECOND, true, 31)).isTrue();
    }

    @Test
    void halfAPageASecondIs() {
        for (int second = 0; second <= 300; second++) {
            assertThat(patience.stalled(START + second * SECOND, true, second * 2048L))
                    .isFalse();
        }
    }

    @Test
    void nobodyIsBlamedForWhatIsNotRead() {
        assertThat(patience.stalled(START + 100 * SECOND, false, 0)).isFalse();
        assertThat(patience.stalled(START + 130 * SECOND, true, 0)).isFalse();
        assertThat(patience.stalled(START + 131 * SECOND, true, 0)).isTrue();
    }

    @Test
    void whoDoesNotHangUpIsLeft() {
        patience.terminated(START + 100 * SECOND);

        assertThat(patience.afterTermination(START + 130 * SECOND)).isNull();
        assertThat(patience.afterTermination(START + 131 * SECOND)).isNotNull();
    }
}
