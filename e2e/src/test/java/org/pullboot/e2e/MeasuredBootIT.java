package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootUri;
import org.pullboot.vm.Disk;
import org.pullboot.vm.VmOptions;

/** A secret that is bound to what we signed: systemd's own tools, in a system that our UKI booted, seal and open it. */
final class MeasuredBootIT {
    private static final String PHASES = "enter-initrd:leave-initrd";

    @TempDir
    private Path directory;

    @Test
    void secretOpensInTheBootOfOurUkiAndNotWithAnotherCommandLine() throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        Path keys = TestKeys.generate(directory.resolve("keys"));
        Path image = Checkout.place(Checkout.image("sid", "raw.zst"), www, "image.raw.zst");
        UkiParts parts;
        try (var server = new PullbootServer(directory.resolve("state"), image.toString())) {
            parts = UkiParts.fetch(server.url(), directory);
        }
        String publicKey = keys.resolve("pcr.pub").toString();
        Path ours = www.resolve("ours.efi");
        String line = parts.commandLine() + " e2e.disk";
        build(
                parts,
                ours,
                line,
                "--pcr-private-key",
                keys.resolve("pcr.key").toString(),
                "--pcr-public-key",
                publicKey,
                "--pcr-banks",
                "sha256",
                "--phases",
                PHASES);
        // All that can be copied from ours, and one word more.
        Path signature =
                Files.write(directory.resolve("pcrsig"), UkiParts.section(Files.readAllBytes(ours), ".pcrsig"));
        Path other = www.resolve("other.efi");
        build(parts, other, line + " other", "--pcrpkey", publicKey, "--section", ".pcrsig:@" + signature);

        Path content = Files.createDirectory(directory.resolve("disk"));
        Disk script = GuestDisk.make(content, GuestDisk.script("seal-and-open.sh"));
        Path sealed = Files.write(directory.resolve("sealed"), new byte[1 << 20]);
        Console refused;
        Console opened;
        try (var server = new PlainWebServer(www)) {
            refused = boot(server.directory() + "other.efi", script, sealed);
            opened = boot(server.directory() + "ours.efi", script, sealed);
        }

        assertThat(refused.said("secret")).as(refused.tail()).hasSize(2).first().isEqualTo("sealed");
        assertThat(refused.said("secret").get(1)).startsWith("refused");
        assertThat(opened.said("secret")).as(opened.tail()).containsExactly("is open sesame");
        assertThat(opened.said("pcr11")).containsExactly(measured(ours));
        assertThat(refused.said("pcr11")).containsExactly(measured(other)).doesNotContain(measured(ours));
    }

    private Console boot(String url, Disk script, Path sealed) throws Exception {
        return Machine.run(
                VmOptions.url(BootUri.parse(url))
                        .memory(1280)
                        .tpm(directory.resolve("tpm"))
                        .disk(script)
                        .disk(new Disk(sealed, "raw")),
                Console.END);
    }

    private static void build(UkiParts parts, Path output, String commandLine, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "uki",
                "build",
                "--linux",
                parts.kernel().toString(),
                "--initrd",
                parts.initrd().toString(),
                "--stub",
                Checkout.stub().toString(),
                "--cmdline",
                commandLine,
                "--output",
                output.toString()));
        words.addAll(List.of(more));
        Checkout.run(words.toArray(String[]::new));
    }

    private static String measured(Path uki) {
        return Measured.pcr(uki, 0, 11, PHASES);
    }
}
