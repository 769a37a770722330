package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;

final class BootPlanFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyTextIsAPlanOrRefused(byte @Nullable [] text) throws PullException {
        BootPlan plan;
        try {
            plan = BootPlan.parse(text == null ? new byte[0] : text);
        } catch (PullException refused) {
            assertThat(refused).hasMessageContaining("plan");
            return;
        }
        assertThat(BootPlan.parse(plan.text().getBytes(UTF_8))).isEqualTo(plan);
    }
}
