package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NvmeRootTest {
    private static final String UUID_NQN = "nqn.2014-08.org.nvmexpress:uuid:4c4c4544-0051-3510-8050-b4c04f4d4e32";

    record Case(String text, NvmeRoot root) {}

    static List<Case> forms() {
        return List.of(
                new Case(
                        "nvme:tcp:192.0.2.1:4421:nqn.2026-01.org.pullboot:image",
                        new NvmeRoot("192.0.2.1", 4421, "nqn.2026-01.org.pullboot:image", "")),
                new Case(
                        "nvme:tcp:bootorigin::nqn.2026-01.org.pullboot:image:2",
                        new NvmeRoot("bootorigin", 4420, "nqn.2026-01.org.pullboot:image", "2")),
                new Case(
                        "nvme:tcp:[2001:db8::1]:4420:nqn.2026-01.org.pullboot:image:root-a",
                        new NvmeRoot("2001:db8::1", 4420, "nqn.2026-01.org.pullboot:image", "root-a")),
                new Case("nvme:tcp:[fe80::1%eth0]::" + UUID_NQN, new NvmeRoot("fe80::1%eth0", 4420, UUID_NQN, "")),
                new Case(
                        "nvme:tcp:store.example::" + UUID_NQN + ":1",
                        new NvmeRoot("store.example", 4420, UUID_NQN, "1")),
                new Case(
                        "nvme:tcp:h::[nqn.2026-01.org.x:a:b]:7", new NvmeRoot("h", 4420, "nqn.2026-01.org.x:a:b", "7")),
                new Case("nvme:tcp:h::[nqn.2026-01.org.x:a:b]", new NvmeRoot("h", 4420, "nqn.2026-01.org.x:a:b", "")));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theFormsAreUnderstood(Case form) throws PullException {
        assertThat(NvmeRoot.parse(form.text())).contains(form.root());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvme:",
                "nvme:rdma:h::nqn.x:y",
                "nvme:tcp:",
                "nvme:tcp:h",
                "nvme:tcp:h:4420",
                "nvme:tcp:h:4420:",
                "nvme:tcp:::nqn.x:y",
                "nvme:tcp:[::1:4420:nqn.x:y",
                "nvme:tcp:[]::nqn.x:y",
                "nvme:tcp:h:0:nqn.x:y",
                "nvme:tcp:h:65536:nqn.x:y",
                "nvme:tcp:h:x:nqn.x:y",
                "nvme:tcp:h,tls::nqn.x:y",
                "nvme:tcp:h::nqn.x:y,tls",
                "nvme:tcp:h::iqn.x:y",
                "nvme:tcp:h::[nqn.x:y",
                "nvme:tcp:h::[]",
                "nvme:tcp:h::[nqn.x:y]2",
            })
    void whatOnlyBeginsLikeOneIsAnError(String text) {
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> NvmeRoot.parse(text))
                .withMessageStartingWith("root=" + text + " is no nvme:tcp:ADDR:PORT:NQN[:PART]: ");
    }

    @Test
    void otherRootsAreNoneOfThese() throws PullException {
        assertThat(NvmeRoot.parse("gpt-auto")).isEmpty();
        assertThat(NvmeRoot.parse("/dev/nvme0n1")).isEmpty();
    }

    @Test
    void aMachineWithoutANumberOfItsOwnIsNamedByItsCard() {
        NvmeHost host = NvmeHost.of(null, "52:54:00:12:34:56");

        assertThat(host.id()).matches("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(host.nqn()).isEqualTo("nqn.2014-08.org.nvmexpress:uuid:" + host.id());
        assertThat(NvmeHost.of(null, "52:54:00:12:34:56")).isEqualTo(host);
        assertThat(NvmeHost.of(null, "52:54:00:12:34:57")).isNotEqualTo(host);
    }
}
