package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.debian.DebianTools;
import org.pullboot.openpgp.OpenPgpKeyPair;
import org.pullboot.openpgp.OpenPgpSigner;

/**
 * What systemd-pull, importctl with importd, and systemd-sysupdate of Debian sid make of this server, signatures included.
 */
final class SystemdClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final DebianTools tools = DebianTools.find();
    private Path work = Path.of("");

    SystemdClientsIT() throws IOException, InterruptedException {}

    @BeforeEach
    void makeImagesAndKeys() throws IOException, InterruptedException {
        work = tools.workDirectory("clients");
        Path images = Files.createDirectory(work.resolve("images"));
        Files.write(images.resolve("image.efi"), TestFiles.uki(1));
        Files.write(images.resolve("os.raw"), TestFiles.disk(1));
        Files.writeString(images.resolve("os.nspawn"), "[Exec]\nBoot=yes\n");
        Files.write(images.resolve("os_7.raw"), TestFiles.disk(7));
        tools.run(
                "sh",
                "-c",
                "cd " + tools.inside(work) + " && mkdir -p tree/etc && echo ID=test >tree/etc/os-release"
                        + " && tar -C tree -cf images/tree.tar .");
        Files.createDirectory(work.resolve("definitions"));
        Path keys = work.resolve("keys");
        generate(keys);
        generate(work.resolve("other"));
        Files.copy(work.resolve("other").resolve(OpenPgpKeyPair.KEYRING), keys.resolve("other.pgp"));
        Files.write(work.resolve("clients.sh"), resource());
    }

    private static void generate(Path keys) throws IOException {
        OpenPgpKeyPair.generate(
                keys, new OpenPgpKeyPair.Request("Images", Instant.now(), Optional.empty()), new char[0]);
    }

    @AfterEach
    void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void everyClientTakesWhatIsServedAndSigned() throws IOException, InterruptedException {
        OpenPgpSigner signer =
                OpenPgpSigner.read(work.resolve("keys").resolve(OpenPgpKeyPair.SECRET), what -> new char[0]);
        ServeOptions options = ServeOptions.of(
                        List.of(work.resolve("images")), directory.resolve("state"), directory.resolve("cache"))
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .listsSignedBy(signer);
        try (BootService service = BootService.start(options, event -> {})) {
            String url = service.url().substring(0, service.url().lastIndexOf('/') + 1);
            define(url);

            String output = run(url, "first");

            Map<String, String> results = results();
            for (String name : List.of("raw-no", "raw-checksum", "raw-signature", "kept", "importctl-raw")) {
                assertThat(results).as(output).containsEntry(name, "0");
                assertThat(machine(name + ".raw")).hasBinaryContent(TestFiles.disk(1));
                assertThat(machine(name + ".nspawn")).hasContent("[Exec]\nBoot=yes\n");
            }
            for (String name : List.of("tar-no", "tar-checksum", "tar-signature", "importctl-tar")) {
                assertThat(results).as(output).containsEntry(name, "0");
                assertThat(machine(name).resolve("etc/os-release")).hasContent("ID=test\n");
            }
            assertThat(results).as(output).containsEntry("directory", "0").containsEntry("update", "0");
            assertThat(machine("os_7.raw")).hasBinaryContent(TestFiles.disk(7));
            assertThat(results.get("missing")).as(output).isNotEqualTo("0");
            assertThat(results.get("wrong-key")).as(output).isNotEqualTo("0");
            assertThat(results).as(output).containsEntry("wrong-key-checksum", "0");
            assertThat(output)
                    .contains("Signature verification succeeded", "DOWNLOAD INVALID: Signature verification failed");

            Files.write(work.resolve("images").resolve("os_8.raw"), TestFiles.disk(8));
            await().atMost(PATIENCE)
                    .until(() -> new String(get(service, "SHA256SUMS"), StandardCharsets.UTF_8).contains("os_8.raw"));
            String again = run(url, "again");

            assertThat(results()).as(again).containsEntry("update-again", "0").containsEntry("kept-again", "0");
            assertThat(machine("os_8.raw")).hasBinaryContent(TestFiles.disk(8));
            assertThat(again).contains("Image already downloaded. Skipping download.");
        }
    }

    private void define(String url) throws IOException {
        Files.writeString(work.resolve("definitions").resolve("50-os.transfer"), """
                [Source]
                Type=url-file
                Path=%s
                MatchPattern=os_@v.raw

                [Target]
                Type=regular-file
                Path=/var/lib/machines
                MatchPattern=os_@v.raw
                """.formatted(url));
    }

    private static byte[] get(BootService service, String name) throws IOException {
        String url = service.url().substring(0, service.url().lastIndexOf('/') + 1) + name;
        try (InputStream in = URI.create(url).toURL().openStream()) {
            return in.readAllBytes();
        }
    }

    private Path machine(String name) {
        return work.resolve("machines").resolve(name);
    }

    private Map<String, String> results() throws IOException {
        Map<String, String> results = new HashMap<>();
        for (String line : Files.readAllLines(work.resolve("results"))) {
            results.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
        }
        return results;
    }

    private String run(String url, String which) throws IOException, InterruptedException {
        Path tree = tools.path("/");
        Process process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "bash",
                        work.resolve("clients.sh").toString(),
                        tree.toString(),
                        tools.inside(work),
                        url,
                        which)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static byte[] resource() throws IOException {
        String name = "systemd-clients.sh";
        try (InputStream in = Objects.requireNonNull(SystemdClientsIT.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
