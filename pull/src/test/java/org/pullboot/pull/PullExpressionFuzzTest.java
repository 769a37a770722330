package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class PullExpressionFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyTextIsUnderstoodSkippedOrRefused(FuzzedDataProvider data) throws PullException {
        boolean initrd = data.consumeBoolean();
        BootOrigin origin = data.consumeBoolean() ? new BootOrigin(data.consumeString(60)) : null;

        PullOutcome outcome = PullExpression.read(data.consumeRemainingAsString(), origin, initrd);

        switch (outcome) {
            case PullOutcome.Accepted(PullExpression expression, var warnings) -> {
                assertThat(LocalName.isValid(expression.local())).isTrue();
                assertThat(expression.destination().getParent())
                        .isEqualTo(expression.imageClass().directory(expression.runtime()));
                assertThat(Urls.isHttp(expression.url()) || Urls.isFile(expression.url()))
                        .isTrue();
                assertThat(warnings).doesNotContain("");
            }
            case PullOutcome.Skipped(String reason, var warnings) ->
                assertThat(reason).isNotEmpty();
            case PullOutcome.Refused(String reason, var warnings) ->
                assertThat(reason).isNotEmpty();
        }
    }
}
