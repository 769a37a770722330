package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.Sha256;

final class BootWordsTest {
    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final String OTHER = "fedcba9876543210".repeat(4);

    @Test
    void allWordsAreRead() throws PullException {
        BootWords words = words("rd.pullboot.generation=g-1 rd.pullboot.digest=i.raw.zst:sha256:" + HEX
                + " rd.pullboot.digest=a:b:sha256:" + OTHER
                + " rd.pullboot.size=i.raw.zst:1000:400 rd.pullboot.size=m.tar:5 rd.pullboot.modules=m.tar"
                + " rd.pullboot.origin=http://h/x.efi rd.pullboot.mirror=http://m/d/ rd.pullboot.mirror=https://n"
                + " rd.pullboot.ram=ro rd.pullboot.root=ram");

        assertThat(words.generation()).contains("g-1");
        assertThat(words.pins().of("i.raw.zst")).contains(new Sha256(HEX));
        assertThat(words.pins().of("a:b")).contains(new Sha256(OTHER));
        assertThat(words.pins().of("x")).isEmpty();
        assertThat(words.size("i.raw.zst")).contains(new DeclaredSize(1000, 400));
        assertThat(words.size("m.tar")).contains(new DeclaredSize(5, 5));
        assertThat(words.size("x")).isEmpty();
        assertThat(words.modules()).contains("m.tar");
        assertThat(words.origin()).contains(new BootOrigin("http://h/x.efi"));
        assertThat(words.mirrors()).containsExactly("http://m/d", "https://n");
        assertThat(words.overlay()).isFalse();
    }

    @Test
    void withoutWordsThereAreDefaults() throws PullException {
        BootWords words = words("quiet");

        assertThat(words.generation()).isEmpty();
        assertThat(words.pins()).isEqualTo(Pins.NONE);
        assertThat(words.modules()).isEmpty();
        assertThat(words.origin()).isEmpty();
        assertThat(words.mirrors()).isEmpty();
        assertThat(words.overlay()).isTrue();
    }

    @Test
    void theSamePinTwiceIsOnePin() throws PullException {
        String pin = " rd.pullboot.digest=a:sha256:" + HEX;
        assertThat(words(pin + pin).pins().digests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rd.pullboot.digest=",
                "rd.pullboot.digest=a",
                "rd.pullboot.digest=:sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "rd.pullboot.digest=a:sha256:0123",
                "rd.pullboot.digest=a:sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "rd.pullboot.digest=a:md5:0123",
                "rd.pullboot.size=a",
                "rd.pullboot.size=:5",
                "rd.pullboot.size=a:-5",
                "rd.pullboot.size=a:5:6",
                "rd.pullboot.size=a:5:",
                "rd.pullboot.size=a:99999999999999999999",
                "rd.pullboot.generation=",
                "rd.pullboot.generation=a/b",
                "rd.pullboot.generation=..",
                "rd.pullboot.modules=a/b",
                "rd.pullboot.origin=tftp://h/x",
                "rd.pullboot.mirror=ftp://h/x",
                "rd.pullboot.mirror=http://h/x?y",
                "rd.pullboot.mirror=http:///",
                "rd.pullboot.ram=rw",
                "rd.pullboot.root=disk",
                "rd.pullboot.root=nvme,,ram",
                "rd.pullboot.nvme=queues=0",
                "rd.pullboot.nvme=queues=65",
                "rd.pullboot.nvme=digest"
            })
    void aWordThatCannotBeUnderstoodIsAnErrorThatNamesIt(String line) {
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> words(line))
                .withMessageContaining(line.substring(0, line.indexOf('=')));
    }

    @Test
    void pinsThatDisagreeAreAnError() {
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> words("rd.pullboot.digest=a:sha256:" + HEX + " rd.pullboot.digest=a:sha256:" + OTHER))
                .withMessageContaining("two digests for a");
    }

    private static BootWords words(String line) throws PullException {
        return BootWords.of(KernelCommandLine.parse(line));
    }

    @Test
    void theRootModesAreThoseNamedOrTheOneThatRootIsAFormOf() throws PullException {
        assertThat(words("").rootModes()).containsExactly(RootMode.RAM);
        assertThat(words("root=gpt-auto").rootModes()).containsExactly(RootMode.RAM);
        assertThat(words("root=nvme:tcp:h::nqn.2026-01.org.x:y").rootModes()).containsExactly(RootMode.NVME);
        assertThat(words("rd.pullboot.root=nvme,ram").rootModes()).containsExactly(RootMode.NVME, RootMode.RAM);
        assertThat(words("root=nvme:tcp:h::nqn.2026-01.org.x:y rd.pullboot.root=ram")
                        .rootModes())
                .containsExactly(RootMode.RAM);
    }

    @Test
    void theNvmeOptionsAreWordsWithCommasBetween() throws PullException {
        assertThat(words("").nvme()).isEqualTo(NvmeOptions.DEFAULT);
        assertThat(words("rd.pullboot.nvme=header-digest,queues=3,data-digest").nvme())
                .isEqualTo(new NvmeOptions(true, true, 3));
    }
}
