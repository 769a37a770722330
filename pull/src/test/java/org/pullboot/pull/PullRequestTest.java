package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pullboot.image.Sha256;

final class PullRequestTest {
    private static final BootOrigin ORIGIN = new BootOrigin("http://h/d/x.efi");
    private static final String PIN = " rd.pullboot.digest=i.raw.zst:sha256:" + "ab".repeat(32);
    private static final BootPlan PLAN = new BootPlan("b", "g2", null, List.of("http://plan"));

    @Test
    void theGenerationsFileComesFirstThenThePlainOneThenMirrors() throws PullException {
        PullRequest request = request(
                "raw,machine,verify=no,ro,bootorigin:rootdisk:sub/i.raw.zst",
                "rd.pullboot.generation=g1 rd.pullboot.mirror=http://m/ rd.pullboot.size=i.raw.zst:100:50" + PIN,
                PLAN);

        assertThat(request)
                .isEqualTo(new PullRequest(
                        "i.raw.zst",
                        PullType.RAW,
                        List.of(
                                "http://h/d/.pullboot/v1/g/g1/sub/i.raw.zst",
                                "http://h/d/sub/i.raw.zst",
                                "http://m/sub/i.raw.zst",
                                "http://plan/sub/i.raw.zst"),
                        Path.of("/run/machines/rootdisk.raw"),
                        Verification.NO,
                        new Sha256("ab".repeat(32)),
                        new DeclaredSize(100, 50),
                        true,
                        PullRequest.DEFAULT_LIMIT,
                        PullRequest.DEFAULT_LIMIT));
    }

    @Test
    void thePlansMirrorsCountOnlyForPinnedFiles() throws PullException {
        assertThat(request("raw,machine,bootorigin:x:i.raw.zst", "", PLAN).urls())
                .containsExactly("http://h/d/.pullboot/v1/g/g2/i.raw.zst", "http://h/d/i.raw.zst");
    }

    @Test
    void aFullUrlHasNoGeneration() throws PullException {
        assertThat(request("tar,machine:x:https://other/y/z.tar?q", "rd.pullboot.mirror=http://m/n", PLAN)
                        .urls())
                .containsExactly("https://other/y/z.tar?q", "http://m/n/z.tar");
    }

    @Test
    void aFileFromBesideTheBootUrlHasTheSamePlaces() throws PullException {
        BootWords words = words("rd.pullboot.generation=g1 rd.pullboot.mirror=http://m");
        PullRequest request = PullRequest.beside(
                ORIGIN, "m.tar", PullType.TAR, Path.of("/run/x"), Verification.CHECKSUM, words, null);

        assertThat(request.urls())
                .containsExactly("http://h/d/.pullboot/v1/g/g1/m.tar", "http://h/d/m.tar", "http://m/m.tar");
        assertThat(request.destination()).isEqualTo(Path.of("/run/x"));
        assertThat(request.to(Path.of("/elsewhere")).destination()).isEqualTo(Path.of("/elsewhere"));
    }

    @Test
    void aRequestWithoutAPlaceIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PullRequest(
                        "x", PullType.RAW, List.of(), Path.of("/x"), Verification.NO, null, null, false, 1, 1));
    }

    private static PullRequest request(String expression, String line, @Nullable BootPlan plan) throws PullException {
        return PullRequest.of(PullExpression.parse(expression, ORIGIN, true), ORIGIN, words(line), plan);
    }

    private static BootWords words(String line) throws PullException {
        return BootWords.of(KernelCommandLine.parse(line));
    }
}
