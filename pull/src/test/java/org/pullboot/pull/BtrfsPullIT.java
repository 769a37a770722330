package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images on btrfs: needs root, a loop device and btrfs-progs. */
@Timeout(120)
final class BtrfsPullIT {
    @TempDir
    private static Path directory;

    private static Path images;
    private static ScriptedServer server;

    @BeforeAll
    static void mount() throws IOException, InterruptedException {
        Path disk = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(256 << 20);
        }
        images = Files.createDirectory(directory.resolve("images"));
        run("mkfs.btrfs", "-q", disk.toString());
        run("mount", "-o", "loop", disk.toString(), images.toString());
        Path tree = Files.createDirectories(directory.resolve("tree/os/etc"));
        Files.writeString(tree.resolve("os-release"), "ID=x\n");
        run(
                "tar",
                "-C",
                directory.resolve("tree").toString(),
                "-cf",
                directory.resolve("os.tar").toString(),
                "os");
        server = new ScriptedServer()
                .on("/os.tar", ScriptedServer.file(Files.readAllBytes(directory.resolve("os.tar"))))
                .on("/i.raw", ScriptedServer.file("image".getBytes(UTF_8)));
    }

    @AfterAll
    static void unmount() throws IOException, InterruptedException {
        server.close();
        run("umount", images.toString());
    }

    @Test
    void aTreeIsASubvolumeOfItsOwnAndReadOnlyWhenItIsToBe() throws IOException, InterruptedException {
        pull("tar,machine,verify=no,rw:writable:" + server.url("/os.tar"), false);
        pull("tar,machine,verify=no,ro:sealed:" + server.url("/os.tar"), false);

        assertThat(images.resolve("sealed/etc/os-release")).hasContent("ID=x\n");
        assertThat(property("writable")).isEqualTo("ro=false");
        assertThat(property("sealed")).isEqualTo("ro=true");
    }

    @Test
    void aReadOnlySubvolumeIsReplaced() throws IOException, InterruptedException {
        pull("tar,machine,verify=no,ro:again:" + server.url("/os.tar"), false);
        String first = run("btrfs", "subvolume", "show", images.resolve("again").toString());

        pull("tar,machine,verify=no,ro:again:" + server.url("/os.tar"), true);

        assertThat(run("btrfs", "subvolume", "show", images.resolve("again").toString()))
                .isNotEqualTo(first);
        assertThat(property("again")).isEqualTo("ro=true");
        try (Stream<Path> files = Files.list(images)) {
            assertThat(files.filter(file -> String.valueOf(file.getFileName()).startsWith(".#")))
                    .isEmpty();
        }
    }

    @Test
    void aSubvolumeThatADeadRunLeftIsRemoved() throws IOException, InterruptedException {
        Path left = Files.createDirectory(images.resolve(".#pullboot-left"));
        run("btrfs", "-q", "subvolume", "create", left.resolve("image").toString());
        Files.writeString(left.resolve("image/file"), "x");

        pull("raw,machine,verify=no:raw:" + server.url("/i.raw"), false);

        assertThat(left).doesNotExist();
    }

    @Test
    void anImageSharesItsBytesWithItsKeptDownload() throws IOException, InterruptedException {
        byte[] image = new byte[3_000_000];
        new Random(3).nextBytes(image);
        server.on("/large.raw", ScriptedServer.file(image).etag("\"t\""));
        PullRequest request = request("raw,machine,verify=no:large:" + server.url("/large.raw"));

        new Puller(PullOptions.defaults("1"))
                .pull(request.installed(request.installation().keeping()), PullListener.NONE);

        String use = run(
                "btrfs",
                "filesystem",
                "du",
                "--raw",
                images.resolve("large.raw").toString());
        assertThat(use.lines().toList().getLast().strip()).as(use).matches("3\\d+ +0 .*");
        assertThat(images.resolve("large.raw")).hasBinaryContent(image);
    }

    private static String property(String image) throws IOException, InterruptedException {
        return run("btrfs", "property", "get", "-ts", images.resolve(image).toString(), "ro")
                .strip();
    }

    private static void pull(String expression, boolean replace) throws PullException {
        PullRequest request = request(expression);
        new Puller(PullOptions.defaults("1"))
                .pull(replace ? request.installed(request.installation().replacing()) : request, PullListener.NONE);
    }

    private static PullRequest request(String expression) throws PullException {
        PullExpression parsed = PullExpression.parse(expression, null, false);
        return PullRequest.of(parsed, null, BootWords.of(KernelCommandLine.parse("")), null)
                .to(images.resolve(String.valueOf(parsed.destination().getFileName())))
                .installed(Installation.of(parsed, Optional.of(images)));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }
}
