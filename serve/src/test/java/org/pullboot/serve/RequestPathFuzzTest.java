package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

final class RequestPathFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyTargetIsANameWithoutSlashesOrNothing(byte @Nullable [] bytes) {
        String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
        Target target = RequestPath.parse(text);

        String name = switch (target) {
            case Target.Plain plain -> plain.name();
            case Target.Pinned pinned -> pinned.name();
            case Target.Plan _, Target.Events _, Target.Nothing _, Target.Malformed _ -> "x";
        };
        assertThat(name).isNotEmpty().doesNotContain("/", "\0", "\n").doesNotStartWith(".");
        if (target instanceof Target.Plan(String query)) {
            String value = RequestPath.parameter(query, "machine");
            assertThat(value == null || value.chars().noneMatch(Character::isISOControl))
                    .isTrue();
        }
    }
}
