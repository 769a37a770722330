package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ColdplugTest {
    private static final String VIRTIO_PCI = "pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00";

    @TempDir
    private Path directory;

    private final List<String> inserted = new ArrayList<>();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @BeforeEach
    void writeTables() throws IOException {
        Files.writeString(directory.resolve("modules"), """
                ahci kernel/drivers/ata/ahci.ko
                broken kernel/drivers/net/broken.ko
                virtio_net kernel/drivers/net/virtio_net.ko
                virtio_pci kernel/drivers/virtio/virtio_pci.ko
                """);
        Files.writeString(directory.resolve("aliases"), """
                :14* 17* 9*
                pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci
                pci:v00008086d*sv*sd*bc01sc06i01* ahci
                usb:v0001* broken
                virtio:d00000001v* virtio_net
                """);
    }

    @Test
    void aBusDriverBringsDevicesThatAreLookedThroughAsWell() throws IOException {
        device("pci", "0000:00:01.0", VIRTIO_PCI);

        assertThat(coldplug().run()).isTrue();

        assertThat(inserted).containsExactly("virtio_pci.ko", "virtio_net.ko");
    }

    @Test
    void disksAreLeftAlone() throws IOException {
        device("pci", "0000:00:1f.2", "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01");

        assertThat(coldplug().run()).isFalse();

        assertThat(inserted).isEmpty();
    }

    @Test
    void theSecondTimeOnlyWhatIsNewCounts() throws IOException {
        device("pci", "0000:00:01.0", VIRTIO_PCI);
        Coldplug coldplug = coldplug();
        coldplug.run();

        assertThat(coldplug.run()).isFalse();
    }

    @Test
    void aDriverThatFailsIsAWarning() throws IOException {
        device("usb", "1-1", "usb:v0001p0001");

        coldplug().run();

        assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo("pullboot: warning: no broken.ko\r\n");
    }

    private Coldplug coldplug() throws IOException {
        ModuleLoader modules = new ModuleLoader(directory, directory, file -> {
            String name = file.getFileName().toString();
            if (name.equals("broken.ko")) {
                throw new IOException("no broken.ko");
            }
            if (name.equals("virtio_pci.ko")) {
                device("virtio", "virtio0", "virtio:d00000001v00001AF4");
            }
            return inserted.add(name);
        });
        return new Coldplug(directory.resolve("bus"), modules, Console.early(screen));
    }

    private void device(String bus, String name, String alias) {
        try {
            Path device = Files.createDirectories(directory.resolve("bus/" + bus + "/devices/" + name));
            Files.writeString(device.resolve("modalias"), alias + "\n");
            Files.createDirectories(directory.resolve("bus/" + bus + "/devices/without-alias"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
