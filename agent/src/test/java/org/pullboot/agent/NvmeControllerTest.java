package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NvmeControllerTest {
    @TempDir
    private Path sys;

    private void file(String name, String text) throws IOException {
        Path file = sys.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @ParameterizedTest
    @CsvSource({"nvme0n1,nvme0n1", "nvme0c3n1,nvme0n1", "nvme12c10n200,nvme12n200"})
    void aHiddenPathLeadsToItsDisk(String name, String head) {
        assertThat(NvmeController.head(name)).isEqualTo(head);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvme",
                "nvme0",
                "nvme0n",
                "nvmen1",
                "nvme0c1",
                "nvme0cn1",
                "nvme0n1p1",
                "nvme0n1x",
                "nvme-subsys0"
            })
    void whatIsNoNamespaceIsNone(String name) {
        assertThat(NvmeController.head(name)).isEmpty();
    }

    @Test
    void theNamespaceIsFoundByItsNumber() throws IOException {
        file("class/nvme/nvme1/state", "live\n");
        file("class/nvme/nvme1/nvme0c1n2/nsid", "7\n");
        file("class/nvme/nvme1/nvme0c1n1/nsid", "1\n");
        file("class/block/nvme0n1/size", "2048\n");
        file("class/block/nvme0n2/size", "0\n");
        NvmeController controller = new NvmeController(sys, 1);

        assertThat(controller.state()).isEqualTo("live");
        assertThat(controller.device(1)).contains("nvme0n1");
        assertThat(controller.bytes("nvme0n1")).isEqualTo(1 << 20);
        assertThat(controller.device(7))
                .as("a disk without a size is not ready")
                .isEmpty();
        assertThat(controller.device(2)).isEmpty();
    }

    @Test
    void withoutMultipathTheDiskIsTheControllers() throws IOException {
        file("class/nvme/nvme2/nvme2n1/nsid", "1\n");
        file("class/block/nvme2n1/size", "8\n");

        assertThat(new NvmeController(sys, 2).device(1)).contains("nvme2n1");
    }

    @Test
    void aControllerCanBeGone() throws IOException {
        NvmeController controller = new NvmeController(sys, 0);

        assertThat(controller.state()).isEqualTo("gone");
        assertThat(controller.device(1)).isEmpty();
    }

    @Test
    void removingIsOneWord() throws IOException {
        file("class/nvme/nvme0/delete_controller", "");
        new NvmeController(sys, 0).remove();

        assertThat(sys.resolve("class/nvme/nvme0/delete_controller")).hasContent("1");
    }
}
