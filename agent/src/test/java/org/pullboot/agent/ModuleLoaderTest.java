package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleLoaderTest {
    private static final String MODULES = """
            crc32c_generic kernel/crypto/crc32c_generic.ko
            crc32c_intel kernel/arch/x86/crypto/crc32c-intel.ko
            ext4 kernel/fs/ext4/ext4.ko crc32c_intel crc32c_generic jbd2 mbcache
            jbd2 kernel/fs/jbd2/jbd2.ko
            mbcache kernel/fs/mbcache.ko
            overlay -
            virtio_net kernel/drivers/net/virtio_net.ko +virtio_rng
            virtio_rng kernel/drivers/char/hw_random/virtio-rng.ko
            """;
    private static final String ALIASES = """
            :14* 17* 24* 4*
            fs-ext4 ext4
            pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci
            pci:v00008086d00001000sv*sd*bc*sc*i* e1000
            virt* anything
            virtio:d00000001v* virtio_net
            """;

    @TempDir
    private Path directory;

    private final List<String> inserted = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();

    @BeforeEach
    void writeTables() throws IOException {
        Files.writeString(directory.resolve("modules"), MODULES);
        Files.writeString(directory.resolve("aliases"), ALIASES);
    }

    @Test
    void whatAModuleNeedsIsLoadedBeforeItInOrder() throws IOException {
        assertThat(loader().load("ext4")).isTrue();

        assertThat(inserted)
                .containsExactly("crc32c-intel.ko", "crc32c_generic.ko", "jbd2.ko", "mbcache.ko", "ext4.ko");
    }

    @Test
    void aDependencyThatTheMachineLacksDoesNotStopTheModule() throws IOException {
        refused.add("crc32c-intel.ko");

        assertThat(loader().load("ext4")).isTrue();

        assertThat(inserted).contains("ext4.ko").doesNotContain("crc32c-intel.ko");
    }

    @Test
    void nothingIsLoadedTwice() throws IOException {
        ModuleLoader loader = loader();
        loader.load("jbd2");
        loader.load("jbd2");
        loader.load("ext4");

        assertThat(inserted).containsOnlyOnce("jbd2.ko");
        assertThat(loader.loaded()).isEqualTo(5);
    }

    @Test
    void whatIsWantedAfterwardsIsLoadedAfterwards() throws IOException {
        assertThat(loader().load("virtio-net")).isTrue();

        assertThat(inserted).containsExactly("virtio_net.ko", "virtio-rng.ko");
    }

    @Test
    void whatIsBuiltInIsThere() throws IOException {
        assertThat(loader().load("overlay")).isTrue();

        assertThat(inserted).isEmpty();
    }

    @Test
    void whatTheInitrdLacksIsNotThere() throws IOException {
        assertThat(loader().load("zfs")).isFalse();
    }

    @Test
    void aRefusalIsTold() throws IOException {
        refused.add("jbd2.ko");
        ModuleLoader loader = loader();

        assertThatThrownBy(() -> loader.load("jbd2"))
                .isInstanceOf(IOException.class)
                .hasMessage("refused: jbd2.ko");
    }

    @Test
    void modulesForADeviceAreFoundByThePrefixesOfTheTable() throws IOException {
        ModuleLoader loader = loader();

        assertThat(loader.namesFor("virtio:d00000001v00001AF4")).containsExactlyInAnyOrder("virtio_net", "anything");
        assertThat(loader.namesFor("pci:v00008086d00001000sv00008086sd00001000bc02sc00i00"))
                .containsExactly("e1000");
        assertThat(loader.namesFor("pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00"))
                .containsExactly("virtio_pci");
    }

    @Test
    void anAliasWithoutWildcardIsFound() throws IOException {
        assertThat(loader().namesFor("fs-ext4")).containsExactly("ext4");
    }

    @Test
    void anUnknownDeviceHasNoModules() throws IOException {
        assertThat(loader().namesFor("usb:v1D6Bp0002")).isEmpty();
        assertThat(loader().namesFor("x")).isEmpty();
        assertThat(loader().namesFor("")).isEmpty();
    }

    @Test
    void aModuleKnowsWhereItIs() throws IOException {
        ModuleLoader loader = loader();

        assertThat(loader.path("mbcache")).isEqualTo("kernel/fs/mbcache.ko");
        assertThat(loader.path("overlay")).isEmpty();
        assertThat(loader.path("zfs")).isEmpty();
    }

    private ModuleLoader loader() throws IOException {
        return new ModuleLoader(directory, directory, file -> {
            String name = file.getFileName().toString();
            if (refused.contains(name)) {
                throw new IOException("refused: " + name);
            }
            return inserted.add(name);
        });
    }
}
