package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootUri;
import org.pullboot.vm.Disk;
import org.pullboot.vm.VmOptions;

/** One URL offers several ways to start; which one, a boot entry says, also one that the running machine makes itself. */
final class ProfileBootIT {
    @TempDir
    private Path directory;

    @Test
    void entryThatTheRunningSystemAddsIsBootedOnce() throws Exception {
        Path image = Checkout.place(Checkout.image("sid", "raw.zst"), directory, "image.raw.zst");
        Path variables = directory.resolve("variables.fd");
        Console system;
        Console rescue;
        String url;
        try (var server = new PullbootServer(
                directory.resolve("state"),
                "--root",
                "nvme",
                "--nvme-listen",
                "127.0.0.1:0",
                "--stub",
                Checkout.stub().toString(),
                "--cmdline",
                "e2e.disk",
                image.toString())) {
            url = Machine.guest(server.url());
            system = Machine.run(
                    VmOptions.url(BootUri.parse(server.url()))
                            .profile(1)
                            .variables(variables)
                            .disk(diskWithPullboot(url))
                            .disk(GuestDisk.of(Checkout.tools(), directory.resolve("tools.erofs")))
                            .memory(1280),
                    Console.END);
            rescue = Machine.run(VmOptions.firmware().variables(variables).memory(768), "rescue: that is all");
            assertThat(server.stages()).as(server.output()).endsWith("rescue");
        }

        assertThat(system.said("cmdline")).singleElement().asString().doesNotContain("nvme");
        BootedSystem.takesWritesIntoMemory(system);
        assertThat(system.said("device")).as(system.tail()).hasSize(1);
        assertThat(system.said("entry"))
                .as(system.tail())
                .anyMatch(line -> line.startsWith("BootNext: "))
                .anyMatch(line -> line.contains("Pullboot rescue") && line.contains(url));
        assertThat(String.join("\n", system.said("bootcfg")))
                .as(system.tail())
                .containsPattern("# +N +- +[0-9a-f]{4} +- +Pullboot rescue\n[0-9]+ # +-> path: URI\\("
                        + Pattern.quote(url) + "\\)\n[0-9]+ # +-> opt/ucs16: @2");
        assertThat(rescue.agent())
                .as(rescue.tail())
                .contains("origin: " + url)
                .anyMatch(line -> line.startsWith("stub: ") && line.endsWith(", profile 2"))
                .anyMatch(line -> line.startsWith("command line: ") && line.contains("rd.pullboot.rescue"));
        assertThat(VariableStoreTools.bootEntries(variables).lines())
                .as("neither next nor in the order any more")
                .anyMatch(line -> line.matches("#\\s+-\\s+[0-9A-F]{4}\\s+-\\s+Pullboot rescue"));
    }

    private Disk diskWithPullboot(String url) throws IOException {
        Path content = Files.createDirectory(directory.resolve("disk"));
        Checkout.output(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "--add-modules",
                "java.base,java.logging,java.naming,java.sql,java.xml,jdk.unsupported",
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                content.resolve("java").toString());
        Path lib = Files.createDirectory(content.resolve("lib"));
        try (Stream<Path> jars = Files.list(Checkout.root().resolve("cli/target/dist/lib"))) {
            for (Path jar : jars.toList()) {
                Checkout.place(jar, lib, jar.getFileName().toString());
            }
        }
        return GuestDisk.make(content, "url=" + url + "\n" + GuestDisk.script("add-entry.sh"));
    }
}
