package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.pullboot.image.Compression;
import org.pullboot.linux.Memory;
import org.pullboot.pull.Preflight;
import org.pullboot.pull.PullException;

final class MemoryCheckTest {
    private static final long MB = 1_000_000;
    private static final MemoryCheck CHECK = new MemoryCheck(new Memory(500 * MB, 300 * MB + MemoryCheck.RESERVE));

    @Test
    void whatFitsExactlyBegins() {
        assertThatCode(() -> CHECK.allow("image.raw.zst", needing(300 * MB))).doesNotThrowAnyException();
    }

    @Test
    void aByteMoreIsRefusedWithBothNumbers() {
        assertThatThrownBy(() -> CHECK.allow("image.raw.zst", needing(402 * MB)))
                .isInstanceOf(PullException.class)
                .hasMessage("image.raw.zst needs 402 MB of memory, but only 300 MB of 500 MB are free: "
                        + "give the machine at least 602 MB, or make the image smaller");
        assertThatThrownBy(() -> CHECK.allow("image.raw.zst", needing(300 * MB + 1)))
                .isInstanceOf(PullException.class);
    }

    @Test
    void anImageOfUnknownSizeMayTry() {
        assertThatCode(() -> CHECK.allow("image.raw", needing(0))).doesNotThrowAnyException();
        assertThat(CHECK.exceeded("image.raw"))
                .isEqualTo("image.raw does not fit into memory: it needs more than the 300 MB of 500 MB that were "
                        + "free: give the machine more, or make the image smaller");
    }

    @Test
    void theAgentsOwnNeedsComeFirst() {
        assertThat(new MemoryCheck(new Memory(64 * MB, 10 * MB)).room()).isZero();
    }

    private static Preflight needing(long bytes) {
        return new Preflight("http://h/image.raw.zst", 100 * MB, Compression.ZSTD, bytes, -1);
    }
}
