package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class BootEventFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyBodyIsEventsOrRefused(byte @Nullable [] body) throws PullException {
        List<BootEvent> events;
        try {
            events = BootEvent.parse(body == null ? new byte[0] : body);
        } catch (PullException refused) {
            assertThat(refused).hasMessageContaining(" ");
            return;
        }
        for (BootEvent event : events) {
            assertThat(BootEvent.parseLine(event.line())).isEqualTo(event);
        }
    }
}
