package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.RootMode;

final class RootChoiceTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private RootMode choice(@Nullable String wanted, RootMode... allowed) {
        return RootChoice.of(List.of(allowed), wanted, Console.early(screen));
    }

    @Test
    void withoutAWishTheFirstModeIsUsed() {
        assertThat(choice(null, RootMode.NVME, RootMode.RAM)).isEqualTo(RootMode.NVME);
        assertThat(choice(null, RootMode.RAM)).isEqualTo(RootMode.RAM);
    }

    @Test
    void aPlanChoosesAmongWhatIsAllowed() {
        assertThat(choice("ram", RootMode.NVME, RootMode.RAM)).isEqualTo(RootMode.RAM);
        assertThat(choice("nvme", RootMode.RAM, RootMode.NVME)).isEqualTo(RootMode.NVME);
        assertThat(screen.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aPlanCannotAllowMore() {
        assertThat(choice("nvme", RootMode.RAM)).isEqualTo(RootMode.RAM);
        assertThat(choice("other", RootMode.NVME)).isEqualTo(RootMode.NVME);
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("wants the root mode nvme, which", "mode other");
    }
}
