package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.NvmeHost;
import org.pullboot.pull.NvmeOptions;
import org.pullboot.pull.NvmePlan;
import org.pullboot.pull.NvmeRoot;
import org.pullboot.pull.PullException;

final class NvmeDiskTest {
    private static final NvmeHost SELF = NvmeHost.of("4c4c4544-0051-3510-8050-b4c04f4d4e32", "");
    private static final NvmePlan PLAN = NvmePlan.of("192.0.2.9", 4421, "nqn.2026-01.org.pullboot:planned");
    private static final BootOrigin ORIGIN = new BootOrigin("http://[2001:db8::5]:8081/image.efi");

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private NvmeDisk disk(String root, NvmePlan plan, @Nullable BootOrigin origin)
            throws PullException, AgentException {
        Optional<NvmeRoot> words = NvmeRoot.parse(root);
        return NvmeDisk.of(words, plan, NvmeOptions.DEFAULT, origin, SELF, Console.early(screen));
    }

    @Test
    void withoutAnAddressOnTheCommandLineThePlanSaysWhere() throws Exception {
        NvmeDisk disk = disk("gpt-auto", PLAN.withData(2), ORIGIN);

        assertThat(disk.describe()).isEqualTo("nqn.2026-01.org.pullboot:planned at 192.0.2.9 port 4421");
        assertThat(disk.host()).isEqualTo(SELF);
        assertThat(disk.namespace()).isEqualTo(1);
        assertThat(disk.dataNamespace()).isEqualTo(2);
    }

    @Test
    void aPlanCannotLeadElsewhereThanTheCommandLine() throws Exception {
        NvmeDisk disk = disk(
                "nvme:tcp:192.0.2.1::nqn.2026-01.org.pullboot:image",
                PLAN.as(new NvmeHost("nqn.other", "x")).with("DHHC-1:00:YQ==:", null),
                ORIGIN);

        assertThat(disk.describe()).isEqualTo("nqn.2026-01.org.pullboot:image at 192.0.2.1 port 4420");
        assertThat(disk.host()).isEqualTo(new NvmeHost("nqn.other", "x"));
        assertThat(disk.secret()).isEqualTo("DHHC-1:00:YQ==:");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("allows nqn.2026-01.org.pullboot:image alone");
    }

    @Test
    void theBootOriginIsTheHostOfTheUrl() throws Exception {
        String root = "nvme:tcp:bootorigin::nqn.2026-01.org.pullboot:image";

        assertThat(disk(root, NvmePlan.NONE, ORIGIN).address()).isEqualTo("2001:db8::5");
        assertThat(disk("gpt-auto", new NvmePlan(null, 0, "nqn.x", null, null, null, null, 0, 0), ORIGIN)
                        .describe())
                .isEqualTo("nqn.x at 2001:db8::5 port 4420");
        assertThatThrownBy(() -> disk(root, NvmePlan.NONE, null)).hasMessageContaining("which is not known here");
    }

    @Test
    void nothingIsGuessed() {
        assertThatThrownBy(() -> disk("gpt-auto", NvmePlan.NONE, ORIGIN))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("nothing says which NVMe/TCP disk is the root");
    }
}
