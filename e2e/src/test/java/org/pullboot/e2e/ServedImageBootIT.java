package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way: firmware, UKI, agent and the image's own userspace, for each form an image may have. */
final class ServedImageBootIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"raw", "raw.zst", "raw.xz"})
    void diskImageBootsFromItsUrl(String form) throws Exception {
        Path image = Checkout.place(Checkout.image("small", form), directory, "image." + form);
        Console console;
        try (var server = new PullbootServer(directory.resolve("state"), image.toString())) {
            console = Machine.bootUrl(server.url(), 1024);
            assertThat(server.firstLine()).contains("\"event\":\"listening\"");
            assertThat(server.stages())
                    .as(server.output())
                    .containsSubsequence("firmware", "network", "download", "root", "switch-root");
        }

        BootedSystem.isTheSmallSystem(console);
        BootedSystem.runsFromLoopDeviceWith(console, Checkout.image("small", "raw"));
        BootedSystem.takesWritesIntoMemory(console);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar.zst"})
    void treeBootsFromItsUrl(String form) throws Exception {
        Path image = Checkout.place(Checkout.image("small", form), directory, "image." + form);
        Console console;
        Path state = directory.resolve("state");
        try (var server = new PullbootServer(state, image.toString())) {
            console = Machine.bootUrl(server.url(), 1024);
            assertThat(history("machines", state)).contains("52:54:00");
        }
        assertThat(history("boots", state))
                .contains("\"stage\":\"switch-root\"", "\"stages\":[{\"stage\":\"firmware\",");

        BootedSystem.isTheSmallSystem(console);
        assertThat(console.said("device")).as(console.tail()).isEmpty();
        assertThat(console.said("root")).containsExactly("is writable");
    }

    private static String history(String command, Path state) {
        return Checkout.output(Checkout.pullboot(command, "--json", "--state", state.toString())
                .toArray(String[]::new));
    }
}
