package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BootPlanTest {
    private static final BootPlan PLAN = new BootPlan("b-1", "g_2", "ram", List.of("http://m/d", "https://n"));

    @Test
    void aPlanIsLinesOfKeyAndValue() throws PullException {
        assertThat(
                        parse(
                                "version=1\nboot=b-1\n\ngeneration=g_2\nroot=ram\nfuture=x=y\nmirror=http://m/d/\nmirror=https://n"))
                .isEqualTo(PLAN);
    }

    @Test
    void aPlanComesBackFromItsText() throws PullException {
        assertThat(parse(PLAN.text())).isEqualTo(PLAN);
        assertThat(parse("version=1")).isEqualTo(new BootPlan(null, null, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "boot=x",
                "version=2",
                "version=1\nfrob",
                "version=1\nboot=",
                "version=1\nboot=a b",
                "version=1\nboot=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "version=1\ngeneration=../x",
                "version=1\nmirror=ftp://x",
                "version=1\nnvme.traddr=a,b",
                "version=1\nnvme.traddr=",
                "version=1\nnvme.trsvcid=0",
                "version=1\nnvme.trsvcid=65536",
                "version=1\nnvme.subnqn=nqn.x,tls",
                "version=1\nnvme.subnqn=iqn.x",
                "version=1\nnvme.hostnqn=nqn.a b",
                "version=1\nnvme.hostid=4c4c4544",
                "version=1\nnvme.hostid=4c4c4544-0051-3510-8050-b4c04f4d4e3g",
                "version=1\nnvme.dhchap-secret=secret",
                "version=1\nnvme.dhchap-ctrl-secret=DHHC-1:00:x,y:",
                "version=1\nnvme.nsid=0",
                "version=1\nnvme.data-nsid=4294967295"
            })
    void whatIsNoPlanIsAnError(String text) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> parse(text));
    }

    @Test
    void aPlanHasABound() throws PullException {
        String start = "version=1\n";
        byte[] longest = (start + "x=" + "y".repeat(BootPlan.LIMIT - start.length() - 2)).getBytes(UTF_8);

        assertThat(BootPlan.parse(longest).boot()).isNull();
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> BootPlan.parse(new byte[BootPlan.LIMIT + 1]));
    }

    @Test
    void theUrlSaysWhoAsks() throws PullException {
        BootOrigin origin = new BootOrigin("http://h/d/x.efi");

        assertThat(BootPlan.url(origin, "g", "4c4c4544-0042", "52:54:00:12:34:56"))
                .isEqualTo("http://h/d/.pullboot/v1/plan?generation=g&machine=4c4c4544-0042&mac=52:54:00:12:34:56");
        assertThat(BootPlan.url(origin, null, null, "a&b c")).isEqualTo("http://h/d/.pullboot/v1/plan?mac=a%26b%20c");
        assertThat(BootPlan.url(origin, null, null, null)).isEqualTo("http://h/d/.pullboot/v1/plan");
    }

    private static BootPlan parse(String text) throws PullException {
        return BootPlan.parse(text.getBytes(UTF_8));
    }

    private static final String NVME = """
            version=1
            root=nvme
            nvme.traddr=2001:db8::1
            nvme.trsvcid=4421
            nvme.subnqn=nqn.2026-01.org.pullboot:image
            nvme.hostnqn=nqn.2014-08.org.nvmexpress:uuid:4c4c4544-0051-3510-8050-b4c04f4d4e32
            nvme.hostid=4c4c4544-0051-3510-8050-b4c04f4d4e32
            nvme.dhchap-secret=DHHC-1:01:S3VHa0pYc2VjcmV0:
            nvme.dhchap-ctrl-secret=DHHC-1:01:b3RoZXJzZWNyZXQ=:
            nvme.data-nsid=2
            """;

    @Test
    void aPlanSaysWhereAnNvmeRootIs() throws PullException {
        NvmePlan expected = NvmePlan.of("2001:db8::1", 4421, "nqn.2026-01.org.pullboot:image")
                .as(NvmeHost.of("4c4c4544-0051-3510-8050-b4c04f4d4e32", ""))
                .with("DHHC-1:01:S3VHa0pYc2VjcmV0:", "DHHC-1:01:b3RoZXJzZWNyZXQ=:")
                .withData(2);
        BootPlan plan = new BootPlan(null, null, null, List.of()).overNvme(expected);

        assertThat(parse(NVME)).isEqualTo(plan);
        assertThat(plan.text()).isEqualTo(NVME);
        assertThat(parse(NVME + "nvme.nsid=3\nnvme.future=x\n").nvme().namespace())
                .isEqualTo(3);
        assertThat(parse("version=1").nvme()).isEqualTo(NvmePlan.NONE);
    }

    @Test
    void secretsAreNotShown() throws PullException {
        assertThat(parse(NVME).toString()).doesNotContain("S3VHa0pYc2VjcmV0").doesNotContain("b3RoZXJzZWNyZXQ");
        for (String line :
                List.of("nvme.dhchap-secret=hush", "nvme.dhchap-secret DHHC-1:hush", "nvme.dhchap-ctrl-secret=hush,")) {
            assertThatExceptionOfType(PullException.class)
                    .isThrownBy(() -> parse("version=1\n" + line))
                    .withMessageNotContaining("hush");
        }
    }
}
