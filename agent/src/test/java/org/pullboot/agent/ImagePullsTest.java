package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.BootOrigin;

final class ImagePullsTest {
    private static final BootOrigin ORIGIN = new BootOrigin("http://h/x.efi");
    private static final String DISK = "raw,machine,verify=no,blockdev,bootorigin:rootdisk:image.raw.zst";
    private static final String OTHER = "raw,machine,verify=no:data:http://h/data.raw";
    private static final String TAR = "tar,machine,verify=no,bootorigin:root:image.tar.zst";
    private static final String EXTENSION = "raw,sysext,verify=no,bootorigin:tools:tools.raw";

    @Test
    void theOnlyMachineImageIsTheRoot() throws AgentException {
        assertThat(root(RootOption.AUTOMATIC, EXTENSION, TAR)).isEqualTo("root");
        assertThat(root(RootOption.AUTOMATIC, OTHER)).isEqualTo("data");
    }

    @Test
    void amongSeveralTheOneNamedRootdiskIsTheRoot() throws AgentException {
        assertThat(root(RootOption.AUTOMATIC, OTHER, TAR, DISK)).isEqualTo("rootdisk");
    }

    @Test
    void aLoopReferenceNamesTheImage() throws AgentException {
        assertThat(root(new RootOption.Loop("data.raw", 1), DISK, OTHER)).isEqualTo("data");
        assertThat(root(new RootOption.Loop("data", 1), DISK, OTHER)).isEqualTo("data");
    }

    @Test
    void aDirectoryNamesTheTar() throws AgentException {
        assertThat(root(new RootOption.Bind("/run/machines/root"), DISK, TAR)).isEqualTo("root");
    }

    @Test
    void aContainerImageIsADirectoryToo() throws AgentException {
        String container = "oci,machine,verify=checksum:root:registry.example/team/os:13";
        assertThat(root(new RootOption.Bind("/run/machines/root"), DISK, container))
                .isEqualTo("root");
        assertThat(root(RootOption.AUTOMATIC, container)).isEqualTo("root");
    }

    @Test
    void theFirstLoopDeviceIsTheFirstRawImage() throws AgentException {
        assertThat(root(new RootOption.FirstLoop(1), TAR, OTHER)).isEqualTo("data");
    }

    @Test
    void aRootThatNothingDownloadsIsAnError() {
        assertThatThrownBy(() -> root(new RootOption.Loop("nothing.raw", 0), DISK))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("root= names none of the images");
    }

    @Test
    void twoRootsAreAnError() {
        assertThatThrownBy(() -> root(RootOption.AUTOMATIC, OTHER, TAR))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("root= does not say which of 2 images is the root");
    }

    @Test
    void anotherRootTakesThePlaceOfTheOneThatWouldBeDownloaded() {
        assertThat(ImagePulls.parse(List.of(DISK, EXTENSION), ORIGIN).rootIfAny(RootOption.AUTOMATIC))
                .hasValueSatisfying(image -> assertThat(image.local()).isEqualTo("rootdisk"));
        assertThat(ImagePulls.parse(List.of(EXTENSION), ORIGIN).rootIfAny(RootOption.AUTOMATIC))
                .isEmpty();
    }

    @Test
    void nothingToBootIsAnError() {
        assertThatThrownBy(() -> root(RootOption.AUTOMATIC))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("there is nothing to boot");
    }

    @Test
    void aRefusedExpressionSaysWhy() {
        ImagePulls images = ImagePulls.parse(List.of("raw,verify=no:x:http://h/x.raw"), ORIGIN);

        assertThat(images.all()).isEmpty();
        assertThatThrownBy(() -> images.root(RootOption.AUTOMATIC))
                .isInstanceOf(AgentException.class)
                .hasMessage(images.problems().getFirst());
    }

    @Test
    void anUnknownOriginSaysWhy() {
        ImagePulls images = ImagePulls.parse(List.of(DISK), null);

        assertThat(images.all()).isEmpty();
        assertThat(images.problems()).hasSize(1);
    }

    private static String root(RootOption option, String... expressions) throws AgentException {
        return ImagePulls.parse(List.of(expressions), ORIGIN).root(option).local();
    }
}
