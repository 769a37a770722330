package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PullExpressionTest {
    private static final BootOrigin ORIGIN = new BootOrigin("http://h:8081/d/image.efi");

    @Test
    void theManualsExampleIsUnderstood() {
        assertThat(accepted("raw,machine,verify=no,blockdev,bootorigin:rootdisk:image.raw.xz", ORIGIN))
                .isEqualTo(new PullExpression(
                        PullType.RAW,
                        ImageClass.MACHINE,
                        Verification.NO,
                        false,
                        true,
                        true,
                        true,
                        "rootdisk",
                        "image.raw.xz",
                        "http://h:8081/d/image.raw.xz"));
    }

    @Test
    void defaultsAreThoseOfSystemd() {
        PullExpression inInitrd = accepted("tar,portable:x:http://h/x.tar", null);
        PullOutcome onHost = PullExpression.read("tar,portable:x:http://h/x.tar", null, false);

        assertThat(inInitrd.verification()).isEqualTo(Verification.SIGNATURE);
        assertThat(inInitrd.readOnly()).isFalse();
        assertThat(inInitrd.blockDevice()).isFalse();
        assertThat(inInitrd.runtime()).isTrue();
        assertThat(((PullOutcome.Accepted) onHost).expression().runtime()).isFalse();
    }

    @Test
    void theLastOfRepeatedOptionsCounts() {
        PullExpression expression = accepted(
                "raw,tar,machine,sysext,ro,rw,ro,verify=no,verify=checksum,runtime=1,runtime=off:x:http://h/x", null);

        assertThat(expression.type()).isEqualTo(PullType.TAR);
        assertThat(expression.imageClass()).isEqualTo(ImageClass.SYSEXT);
        assertThat(expression.readOnly()).isTrue();
        assertThat(expression.verification()).isEqualTo(Verification.CHECKSUM);
        assertThat(expression.runtime()).isFalse();
    }

    @Test
    void theRemoteIsAllAfterTheSecondColon() {
        assertThat(accepted("raw,machine:x:https://h:8443/a,b:c?d=e", null).url())
                .isEqualTo("https://h:8443/a,b:c?d=e");
        assertThat(accepted("raw,machine:x:file:/run/a.raw", null).url()).isEqualTo("file:/run/a.raw");
    }

    @Test
    void backslashesMakeSeparatorsOrdinaryInOptionsAndLocalName() {
        assertThat(accepted("raw,machine:a\\:b:http://h/\\x", null).local()).isEqualTo("a:b");
        assertThat(accepted("raw,machine:a\\:b:http://h/\\x", null).remote()).isEqualTo("http://h/\\x");
        assertThat(PullExpression.read("raw,machine,x\\\\,y:a:http://h/x", null, true)
                        .warnings())
                .singleElement()
                .asString()
                .contains("'x,y'");
    }

    @ParameterizedTest
    @CsvSource({
        "raw, image.raw.zst, image",
        "raw, image.raw.xz.gz, image",
        "raw, my.sysext.raw.zst, my",
        "raw, my.confext.raw, my",
        "raw, disk.qcow2, disk",
        "raw, disk.img.bz2, disk",
        "raw, a.bin?x=y.raw#z, a",
        "raw, x.tar, x.tar",
        "tar, root.tar.zst, root",
        "tar, root.tgz, root",
        "tar, root.tar.tar, root.tar",
        "tar, root.raw, root.raw"
    })
    void anEmptyLocalNameFollowsFromTheUrl(String type, String file, String local) {
        assertThat(accepted(type + ",machine::http://h/d/" + file, null).local())
                .isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raw,verify=sha256,machine:x:http://h/x|unknown verification mode 'sha256'",
                "raw,verify,machine:x:http://h/x|unknown pull option 'verify'",
                "raw,,machine:x:http://h/x|unknown pull option ''",
                "raw,machine,:x:http://h/x|unknown pull option ''",
                "raw,RO,machine:x:http://h/x|unknown pull option 'RO'",
                "raw,machine,runtime=perhaps:x:http://h/x|runtime='perhaps' is neither"
            })
    void whatSystemdLooksOverIsAWarningAtBootAndAnErrorToACommand(String text, String warning) {
        PullOutcome outcome = PullExpression.read(text, null, true);

        assertThat(outcome).isInstanceOf(PullOutcome.Accepted.class);
        assertThat(outcome.warnings()).singleElement().asString().contains(warning);
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> PullExpression.parse(text, null, false))
                .withMessageContaining(warning);
    }

    @Test
    void anUnknownVerificationModeLeavesTheDefault() {
        assertThat(((PullOutcome.Accepted) PullExpression.read("raw,verify=sha256,machine:x:http://h/x", null, true))
                        .expression()
                        .verification())
                .isEqualTo(Verification.SIGNATURE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raw,machine|no local name",
                "raw,machine:x|nothing about where",
                "raw,machine:x:|nothing about where",
                "raw,machine:.:http://h/x|not a valid image name",
                "raw,machine:..:http://h/x|not a valid image name",
                "raw,machine:a/b:http://h/x|not a valid image name",
                "raw,machine:.#x:http://h/x|not a valid image name",
                "raw,machine:a\tb:http://h/x|not a valid image name",
                "raw,machine:x:HTTP://h/x|not a URL",
                "raw,machine:x:ftp://h/x|not a URL",
                "raw,machine:x:http://|not a URL",
                "raw,machine:x:file:x|not a URL",
                "raw,machine:x:http://h/büro|not a URL",
                "oci,machine:x:ftp://h/x|names no OCI image",
                "oci,machine:x:-debian|names no OCI image",
                "oci,machine:x:debian 13|names no OCI image",
                "raw,machine:x:docker.io/library/debian|not a URL",
                "oci,machine,blockdev:x:debian|only for raw",
                "machine:x:http://h/x|no image type",
                ":x:http://h/x|no image type",
                "raw:x:http://h/x|no image class",
                "raw,machine::http://h/|names no file",
                "raw,machine::http://h/.raw|no local name follows",
                "tar,machine,blockdev:x:http://h/x|only for raw",
                "raw,machine\\|lone backslash"
            })
    void whatCannotBeDoneIsRefused(String text, String reason) {
        PullOutcome outcome = PullExpression.read(text, null, true);

        assertThat(outcome).isInstanceOf(PullOutcome.Refused.class);
        assertThat(((PullOutcome.Refused) outcome).reason()).contains(reason).doesNotContain("\t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frob:a/b:|nothing about where",
                "frob:a/b:ftp://h/x|not a valid image name",
                "frob:a:ftp://h/x|not a URL",
                "blockdev:a:http://h/x|no image type",
                "blockdev,tar:a:http://h/x|no image class",
                "blockdev,tar,machine::http://h/|names no file",
            })
    void theFirstThingWrongIsTheOneSystemdFindsFirst(String text, String reason) {
        assertThat(((PullOutcome.Refused) PullExpression.read(text, null, true)).reason())
                .contains(reason);
    }

    @Test
    void theLastTypeCounts() {
        assertThat(accepted("oci,raw,machine:x:http://h/x", null).type()).isEqualTo(PullType.RAW);
        assertThat(accepted("raw,oci,machine:x:http://h/x", null).type()).isEqualTo(PullType.OCI);
    }

    @ParameterizedTest
    @CsvSource({
        "debian, debian",
        "debian:13, debian",
        "docker.io/library/debian:13, debian",
        "registry:5000/team/os@sha256:00, os",
        "localhost:5000/os:1@sha256:00, os",
        "http://10.0.0.1:5000/os:1, os",
        "https://registry/os, os",
        "https://server/images/os/, os",
        "file:/images/os.tar, os",
        "file:/images/os:1, os",
    })
    void ociImagesAreNamedByReference(String reference, String local) throws PullException {
        PullExpression expression = accepted("oci,machine::" + reference, null);

        assertThat(expression.url()).isEqualTo(reference);
        assertThat(expression.local()).isEqualTo(local);
        assertThat(expression.name()).isEqualTo(local);
        assertThat(expression.destination()).hasToString("/run/machines/" + local);
    }

    @Test
    void anOciImageBesideTheBootUrlIsALayoutOfFiles() throws PullException {
        BootOrigin origin = new BootOrigin("http://server/x.efi");
        PullExpression expression = accepted("oci,machine,bootorigin::os", origin);

        assertThat(expression.url()).isEqualTo("http://server/os/");
        assertThat(expression.local()).isEqualTo("os");
        assertThat(PullRequest.of(
                                expression,
                                origin,
                                BootWords.of(KernelCommandLine.parse("rd.pullboot.generation=abc")),
                                null)
                        .urls())
                .containsExactly("http://server/.pullboot/v1/g/abc/os/", "http://server/os/");
    }

    @Test
    void withoutABootUrlAnExpressionThatNeedsItIsSkipped() {
        String text = "raw,machine,bootorigin:x:image.raw";

        assertThat(PullExpression.read(text, null, true)).isInstanceOf(PullOutcome.Skipped.class);
        assertThatExceptionOfType(PullException.class)
                .isThrownBy(() -> PullExpression.parse(text, null, true))
                .withMessageContaining("rd.pullboot.origin=");
    }

    @Test
    void aBootUrlThatIsNoneRefusesTheExpression() {
        assertThat(PullExpression.read("raw,machine,bootorigin:x:image.raw", new BootOrigin("tftp://h/x.efi"), true))
                .isInstanceOf(PullOutcome.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "raw, machine, 1, /run/machines/x.raw",
        "raw, sysext, 1, /run/extensions/x.raw",
        "raw, confext, 0, /var/lib/confexts/x.raw",
        "raw, portable, 0, /var/lib/portables/x.raw",
        "tar, machine, 0, /var/lib/machines/x",
        "tar, portable, 1, /run/portables/x"
    })
    void destinationsAreSystemds(String type, String imageClass, String runtime, String path) {
        assertThat(accepted(type + "," + imageClass + ",runtime=" + runtime + ":x:http://h/x", null)
                        .destination())
                .isEqualTo(Path.of(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-b_c.d+e", "büro", "日本", "x y"})
    void validLocalNamesAreTaken(String name) {
        assertThat(accepted("raw,machine:" + name + ":http://h/x", null).local())
                .isEqualTo(name);
    }

    @Test
    void aLocalNameHasAtMost255Bytes() {
        assertThat(PullExpression.read("raw,machine:" + "ü".repeat(127) + ":http://h/x", null, true))
                .isInstanceOf(PullOutcome.Accepted.class);
        assertThat(PullExpression.read("raw,machine:" + "ü".repeat(128) + ":http://h/x", null, true))
                .isInstanceOf(PullOutcome.Refused.class);
    }

    @Test
    void aCommandGetsTheExpressionWhenNothingIsWrong() throws PullException {
        assertThat(PullExpression.parse("raw,machine:x:http://h/y.raw.zst", null, false)
                        .name())
                .isEqualTo("y.raw.zst");
    }

    private static PullExpression accepted(String text, @Nullable BootOrigin origin) {
        PullOutcome outcome = PullExpression.read(text, origin, true);
        assertThat(outcome).isInstanceOf(PullOutcome.Accepted.class);
        assertThat(outcome.warnings()).isEqualTo(List.of());
        return ((PullOutcome.Accepted) outcome).expression();
    }
}
