package org.pullboot.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.pullboot.debian.DebianTools;
import org.pullboot.image.Sha256;

/**
 * The same pulls by systemd-pull and by ours from the same server: the same decision, and what is on the disk afterwards is
 * the same. Every difference is one of {@link #DIFFERENCES}, and in docs/SYSTEMD.md. Needs root.
 */
@Timeout(300)
final class SystemdPullIT {
    private static final String DATE = "Fri, 02 Jan 2026 03:04:05 GMT";
    private static final List<String> COMPRESSIONS = List.of("", ".gz", ".bz2", ".xz", ".zst");

    /** What we take and systemd-pull does not. */
    private static final List<String> ONLY_OURS =
            List.of("fails-once", "dropped-once", "list-fails-once", "list-410", "clear-signed-list");

    /** What systemd-pull takes and we do not. */
    private static final List<String> ONLY_THEIRS = List.of("tar-as-raw", "signature-expired-key");

    private static final List<String> DIFFERENCES =
            Stream.concat(ONLY_OURS.stream(), ONLY_THEIRS.stream()).toList();

    private static final List<Case> CASES = new ArrayList<>();

    private static Instant start;
    private static DebianTools tools;
    private static Path work;
    private static ScriptedServer server;
    private static Process stalled;

    /** A pull, of /theirs/NAME/FILE by one and /ours/NAME/FILE by the other. */
    private record Case(
            String name,
            PullType type,
            ImageClass imageClass,
            String verify,
            String file,
            Map<String, String> before) {}

    /** What is served to each in a directory of its own, and signed before. */
    private static final class Served {
        private final String name;
        private final Map<String, List<ScriptedServer.Reply>> files = new LinkedHashMap<>();
        private final Map<String, String> signed = new LinkedHashMap<>();
        private final Map<String, String> texts = new LinkedHashMap<>();
        private final Map<String, String> before = new LinkedHashMap<>();

        Served(String name) {
            this.name = name;
        }

        Served on(String file, ScriptedServer.Reply... replies) {
            files.put(file, List.of(replies));
            return this;
        }

        Served file(String file, byte[] content) {
            return on(file, ScriptedServer.file(content).lastModified(DATE));
        }

        Served text(String file, String content) {
            return file(file, content.getBytes(UTF_8));
        }

        /** A file with the signature of a text: "trusted.asc" and so on. */
        Served signature(String file, String text, String how) {
            signed.put(file, how);
            files.put(file, List.of());
            texts.put(file, text);
            return this;
        }

        /** What is in the image root already. */
        Served before(String file, String content) {
            before.put(file, content);
            return this;
        }

        void pull(PullType type, String verify, String file) {
            pull(type, ImageClass.MACHINE, verify, file);
        }

        void pull(PullType type, ImageClass imageClass, String verify, String file) {
            SERVED.add(this);
            CASES.add(new Case(name, type, imageClass, verify, file, before));
        }
    }

    private static final List<Served> SERVED = new ArrayList<>();

    @BeforeAll
    static void pullByTheirs() throws IOException, InterruptedException {
        start = Instant.now();
        tools = DebianTools.find();
        work = tools.workDirectory("pull");
        server = new ScriptedServer();
        makeImages();
        byte[] image = image("i.raw");
        matrix();
        sideFiles(image);
        lists(image);
        signatures(image);
        transfers(image);
        serve();
        StringBuilder cases = new StringBuilder();
        for (Case one : CASES) {
            for (String who : List.of("theirs", "ours")) {
                Path root = Files.createDirectories(work.resolve(one.name).resolve(who));
                for (Map.Entry<String, String> file : one.before.entrySet()) {
                    Files.writeString(root.resolve(file.getKey()), file.getValue());
                }
            }
            cases.append(String.join(
                            " ",
                            one.name,
                            one.type == PullType.RAW ? "raw" : "tar",
                            one.imageClass.word(),
                            one.verify,
                            server.url("/theirs/" + one.name + "/" + one.file)))
                    .append('\n');
        }
        Files.writeString(work.resolve("cases"), cases);
        server.on("/stalled", ScriptedServer.file(image).cutAfter(1000).thenSilent(server));
        stalled = inNamespace(
                        "mount -t proc proc \"$1/proc\" && exec chroot \"$1\" /usr/lib/systemd/systemd-pull --keep-download=no"
                                + " --image-root=\"$2/stalled\" --verify=no raw \"$3\" image",
                        server.url("/stalled"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Process theirs = inNamespace(resource("systemd-pull.sh")).start();
        String output = new String(theirs.getInputStream().readAllBytes(), UTF_8);
        assertThat(theirs.waitFor()).as(output).isZero();
    }

    @AfterAll
    static void removeAll() throws IOException, InterruptedException {
        stalled.destroy();
        stalled.waitFor();
        server.close();
        new ProcessBuilder("rm", "-rf", work.toString()).inheritIO().start().waitFor();
    }

    private static ProcessBuilder inNamespace(String script, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "bash",
                "-c",
                script,
                "script",
                tools.path("/").toString(),
                tools.inside(work)));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    @TestFactory
    Stream<DynamicTest> theDecisionAndTheDiskAreTheSame() {
        return CASES.stream().map(one -> DynamicTest.dynamicTest(one.name, () -> compare(one)));
    }

    @TestFactory
    Stream<DynamicTest> everyDifferenceIsDocumented() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "SYSTEMD.md"));
        assertThat(CASES.stream().map(Case::name)).containsAll(DIFFERENCES).doesNotHaveDuplicates();
        return DIFFERENCES.stream()
                .map(name ->
                        DynamicTest.dynamicTest(name, () -> assertThat(document).contains("| " + name + " |")));
    }

    /** Theirs waits for a minute without a byte before it gives up; ours asks again after its silence. */
    @TestFactory
    Stream<DynamicTest> aStalledTransferGoesOn() {
        return Stream.of(DynamicTest.dynamicTest("stalled", () -> {
            byte[] image = Files.readAllBytes(work.resolve("i.raw"));
            server.on(
                    "/ours/stalled",
                    ScriptedServer.file(image).etag("\"t\"").cutAfter(1000).thenSilent(server),
                    ScriptedServer.file(image).etag("\"t\""));
            Path root = Files.createDirectories(work.resolve("stalled-ours"));

            pull(PullType.RAW, ImageClass.MACHINE, "no", server.url("/ours/stalled"), root);

            assertThat(root.resolve("image.raw")).hasBinaryContent(image);
            assertThat(stalled.waitFor(0, TimeUnit.SECONDS)).isFalse();
        }));
    }

    private static void compare(Case one) throws IOException {
        Path theirs = work.resolve(one.name).resolve("theirs");
        Path ours = work.resolve(one.name).resolve("ours");
        String log = Files.readString(work.resolve(one.name).resolve("log"));
        boolean theirDecision = log.endsWith("\n0\n");
        String reason = "";
        try {
            pull(one.type, one.imageClass, one.verify, server.url("/ours/" + one.name + "/" + one.file), ours);
        } catch (PullException e) {
            reason = String.valueOf(e.getMessage());
        }
        boolean ourDecision = reason.isEmpty();

        String both = "ours: " + (ourDecision ? "done" : reason) + "\ntheirs: " + log;
        boolean expected = ONLY_OURS.contains(one.name) || (theirDecision && !ONLY_THEIRS.contains(one.name));
        assertThat(ourDecision).as(both).isEqualTo(expected);
        if (DIFFERENCES.contains(one.name)) {
            assertThat(theirDecision).as(both).isNotEqualTo(ourDecision);
        } else {
            assertThat(content(ours)).as(both).isEqualTo(content(theirs));
        }
    }

    private static void pull(PullType type, ImageClass imageClass, String verify, String url, Path root)
            throws PullException {
        String words = (type == PullType.RAW ? "raw" : "tar") + "," + imageClass.word() + ",verify=" + verify;
        PullExpression expression = PullExpression.parse(words + ":image:" + url, null, false);
        PullOptions options =
                PullOptions.defaults("1").silence(Duration.ofSeconds(2)).signatures(new GpgCheck(tools, work));
        new Puller(options, new FakeTimer())
                .pull(
                        PullRequest.of(expression, null, BootWords.of(KernelCommandLine.parse("")), null)
                                .to(root.resolve(
                                        String.valueOf(expression.destination().getFileName())))
                                .installed(Installation.of(expression, Optional.of(root))),
                        PullListener.NONE);
    }

    /** Every file's type, mode, owner, size or target, date and digest, by its path; what systemd-pull leaves hidden does not count. */
    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                String name = root.relativize(file).toString();
                if (name.isEmpty() || name.startsWith(".raw-") || name.startsWith(".tar-")) {
                    continue;
                }
                Map<String, Object> status = Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
                Instant changed = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                String date = changed.isBefore(start) ? changed.toString() : "now";
                String bytes = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        ? Sha256.of(Sha256.digester().digest(Files.readAllBytes(file)))
                                .hex()
                        : Files.isSymbolicLink(file)
                                ? Files.readSymbolicLink(file).toString()
                                : "";
                content.put(
                        name,
                        status.get("mode") + " " + status.get("uid") + ":" + status.get("gid") + " " + date + " "
                                + bytes);
            }
        }
        return content;
    }

    // ---- what is pulled

    private static void makeImages() throws IOException, InterruptedException {
        byte[] raw = new byte[2_000_000];
        new Random(11).nextBytes(raw);
        for (int i = 0; i < raw.length; i++) {
            raw[i] = i / 100_000 % 3 == 1 ? 0 : (byte) (raw[i] & 0x1f);
        }
        Files.write(work.resolve("i.raw"), raw);
        shell(
                "mkdir -p os/etc os/usr/lib os/var && echo ID=x >os/usr/lib/os-release && head -c 300000 i.raw >os/usr/data"
                        + " && ln -s ../usr/lib/os-release os/etc/os-release && ln os/usr/data os/usr/link && chmod 4711 os/usr/data"
                        + " && chown 12:34 os/var && truncate -s 1M os/usr/sparse"
                        + " && touch -d 2021-02-03 os/usr/data os/etc os/usr/lib os/usr os/var os"
                        + " && tar -C os -cf t.tar . && tar -cf hoisted.tar os && tar -cf plain.tar -C os usr etc"
                        + " && setfattr -n user.test -v 1 os/usr/data && tar --xattrs --sparse -cf rich.tar -C os ."
                        + " && for f in i.raw t.tar; do gzip -k $f; bzip2 -k $f; xz -0 -k --block-size=512KiB $f; zstd -q $f; done"
                        + " && head -c 1M i.raw >q && qemu-img convert -O qcow2 -o compat=0.10 q q.qcow2");
    }

    private static byte[] image(String name) throws IOException {
        return Files.readAllBytes(work.resolve(name));
    }

    private static void matrix() throws IOException {
        for (String kind : List.of("i.raw", "t.tar")) {
            for (String compression : COMPRESSIONS) {
                String name = kind + compression;
                byte[] image = image(name);
                for (String verify : List.of("no", "checksum", "signature")) {
                    String list = line(image, name)
                            + line("nspawn\n", kind.charAt(0) + ".nspawn")
                            + line("roothash\n", "i.roothash")
                            + line("p7s", "i.roothash.p7s")
                            + line("verity", "i.verity");
                    new Served(name + "-" + verify)
                            .file(name, image)
                            .text(kind.charAt(0) + ".nspawn", "nspawn\n")
                            .text("i.roothash", "roothash\n")
                            .text("i.roothash.p7s", "p7s")
                            .text("i.verity", "verity")
                            .text("SHA256SUMS", list)
                            .signature("SHA256SUMS.gpg", list, "trusted.gpg")
                            .pull(kind.equals("i.raw") ? PullType.RAW : PullType.TAR, verify, name);
                }
            }
        }
        for (String name : List.of("hoisted.tar", "plain.tar", "rich.tar")) {
            new Served("tree-" + name).file(name, image(name)).pull(PullType.TAR, "no", name);
        }
    }

    private static void sideFiles(byte[] image) {
        String list = line(image, "i.raw");
        new Served("side-unlisted")
                .file("i.raw", image)
                .text("i.roothash", "x")
                .text("SHA256SUMS", list)
                .pull(PullType.RAW, "checksum", "i.raw");
        new Served("side-wrong-sum")
                .file("i.raw", image)
                .text("i.nspawn", "x")
                .text("i.raw.sha256", list + line("y", "i.nspawn"))
                .pull(PullType.RAW, "checksum", "i.raw");
        for (int status : List.of(403, 500)) {
            new Served("side-" + status)
                    .file("i.raw", image)
                    .on("i.verity", ScriptedServer.status(status))
                    .text("i.roothash", "x")
                    .pull(PullType.RAW, "no", "i.raw");
        }
        new Served("side-too-large")
                .file("i.raw", image)
                .file("i.verity", new byte[SideFile.MAX_BYTES + 1])
                .pull(PullType.RAW, "no", "i.raw");
        new Served("side-as-large-as-may-be")
                .file("i.raw", image)
                .file("i.verity", new byte[SideFile.MAX_BYTES])
                .pull(PullType.RAW, "no", "i.raw");
        new Served("side-there-already")
                .file("i.raw", image)
                .text("i.roothash", "new")
                .text("i.verity", "new")
                .before("image.roothash", "old")
                .pull(PullType.RAW, "no", "i.raw");
        for (ImageClass imageClass : List.of(ImageClass.PORTABLE, ImageClass.SYSEXT, ImageClass.CONFEXT)) {
            new Served("side-" + imageClass.word())
                    .file("i.raw", image)
                    .text("i.nspawn", "x")
                    .text("i.roothash", "x")
                    .pull(PullType.RAW, imageClass, "no", "i.raw");
        }
        new Served("side-query")
                .on("i.raw?a=b", ScriptedServer.file(image).lastModified(DATE))
                .text("i.roothash", "x")
                .text("i.raw.sha256", list + line("x", "i.roothash"))
                .pull(PullType.RAW, "checksum", "i.raw?a=b");
    }

    private static void lists(byte[] image) {
        String hex = digest(image);
        Map<String, String> lists = new LinkedHashMap<>();
        lists.put("two-blanks", hex + "  i.raw\n");
        lists.put("star", hex + " *i.raw\n");
        lists.put("one-blank", hex + " i.raw\n");
        lists.put("no-newline", hex + "  i.raw");
        lists.put("upper-case", hex.toUpperCase(Locale.ROOT) + "  i.raw\n");
        lists.put("other-name", hex + "  other.raw\n");
        lists.put("wrong-sum", "0".repeat(64) + "  i.raw\n");
        lists.put("wrong-then-right", "0".repeat(64) + "  i.raw\n" + hex + "  i.raw\n");
        lists.put("after-a-comment", "# list\n" + hex + "  i.raw\n");
        lists.put("in-the-middle-of-a-line", "x" + hex + "  i.raw\n");
        lists.put("path", hex + "  ./i.raw\n");
        lists.put("crlf", hex + "  i.raw\r\n");
        lists.put("too-large", hex + "  i.raw\n" + "#".repeat(1 << 20));
        lists.put("empty", "");
        lists.forEach((name, list) -> new Served("list-" + name)
                .file("i.raw", image)
                .text("i.raw.sha256", list)
                .pull(PullType.RAW, "checksum", "i.raw"));
        new Served("list-missing").file("i.raw", image).pull(PullType.RAW, "checksum", "i.raw");
        for (int status : List.of(403, 410, 500)) {
            new Served("list-" + status)
                    .file("i.raw", image)
                    .on("i.raw.sha256", ScriptedServer.status(status))
                    .text("SHA256SUMS", lists.get("two-blanks"))
                    .pull(PullType.RAW, "checksum", "i.raw");
        }
        new Served("list-fails-once")
                .file("i.raw", image)
                .on(
                        "i.raw.sha256",
                        ScriptedServer.status(503),
                        ScriptedServer.file(lists.get("two-blanks").getBytes(UTF_8)))
                .pull(PullType.RAW, "checksum", "i.raw");
        new Served("list-of-the-file-first")
                .file("i.raw", image)
                .text("i.raw.sha256", lists.get("wrong-sum"))
                .text("SHA256SUMS", lists.get("two-blanks"))
                .pull(PullType.RAW, "checksum", "i.raw");
    }

    private static void signatures(byte[] image) {
        String list = line(image, "i.raw");
        for (String name : List.of("i.raw.sha256.asc", "i.raw.sha256.gpg", "SHA256SUMS.gpg", "SHA256SUMS.asc")) {
            new Served("signature-" + name)
                    .file("i.raw", image)
                    .text(name.startsWith("i") ? "i.raw.sha256" : "SHA256SUMS", list)
                    .signature(name, list, "trusted." + name.substring(name.length() - 3))
                    .pull(PullType.RAW, "signature", "i.raw");
        }
        for (String key : List.of("other", "expired")) {
            new Served("signature-" + key + "-key")
                    .file("i.raw", image)
                    .text("SHA256SUMS", list)
                    .signature("SHA256SUMS.gpg", list, key + ".gpg")
                    .pull(PullType.RAW, "signature", "i.raw");
        }
        new Served("signature-of-another-list")
                .file("i.raw", image)
                .text("SHA256SUMS", list)
                .signature("SHA256SUMS.gpg", list + "\n", "trusted.gpg")
                .pull(PullType.RAW, "signature", "i.raw");
        new Served("signature-missing")
                .file("i.raw", image)
                .text("SHA256SUMS", list)
                .pull(PullType.RAW, "signature", "i.raw");
        new Served("signature-nonsense")
                .file("i.raw", image)
                .text("SHA256SUMS", list)
                .text("SHA256SUMS.gpg", "nonsense")
                .pull(PullType.RAW, "signature", "i.raw");
        for (int status : List.of(403, 500)) {
            new Served("signature-" + status)
                    .file("i.raw", image)
                    .text("SHA256SUMS", list)
                    .on("i.raw.sha256.asc", ScriptedServer.status(status))
                    .signature("SHA256SUMS.gpg", list, "trusted.gpg")
                    .pull(PullType.RAW, "signature", "i.raw");
        }
        new Served("signature-with-wrong-sum")
                .file("i.raw", image)
                .text("SHA256SUMS", "0".repeat(64) + "  i.raw\n")
                .signature("SHA256SUMS.gpg", "0".repeat(64) + "  i.raw\n", "trusted.gpg")
                .pull(PullType.RAW, "signature", "i.raw");
        new Served("signature-side-unlisted")
                .file("i.raw", image)
                .text("i.roothash", "x")
                .text("SHA256SUMS", list)
                .signature("SHA256SUMS.gpg", list, "trusted.gpg")
                .pull(PullType.RAW, "signature", "i.raw");
        new Served("clear-signed-list")
                .file("i.raw", image)
                .signature("SHA256SUMS", list, "trusted.clear")
                .pull(PullType.RAW, "signature", "i.raw");
    }

    private static void transfers(byte[] image) throws IOException {
        for (int status : List.of(401, 403, 404, 410, 500, 503)) {
            new Served("status-" + status)
                    .on("i.raw", ScriptedServer.status(status))
                    .pull(PullType.RAW, "no", "i.raw");
        }
        new Served("fails-once")
                .on("i.raw", ScriptedServer.status(503), ScriptedServer.file(image))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("dropped-once")
                .on(
                        "i.raw",
                        ScriptedServer.file(image).etag("\"t\"").cutAfter(700_000),
                        ScriptedServer.file(image).etag("\"t\""))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("always-short")
                .on("i.raw", ScriptedServer.file(image).cutAfter(700_000))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("tar-always-short")
                .on("t.tar.zst", ScriptedServer.file(image("t.tar.zst")).cutAfter(1000))
                .pull(PullType.TAR, "no", "t.tar.zst");
        new Served("chunked")
                .on("i.raw", ScriptedServer.file(image).chunked().lastModified(DATE))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("redirected")
                .on("i.raw", ScriptedServer.redirect(302, "real/x"))
                .file("real/x", image)
                .text("i.raw.sha256", line(image, "i.raw"))
                .pull(PullType.RAW, "checksum", "i.raw");
        new Served("redirected-to-a-file")
                .on("i.raw", ScriptedServer.redirect(302, "file:///etc/hostname"))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("redirected-for-ever")
                .on("i.raw", ScriptedServer.redirect(302, "i.raw"))
                .pull(PullType.RAW, "no", "i.raw");
        new Served("empty").file("i.raw", new byte[0]).pull(PullType.RAW, "no", "i.raw");
        new Served("tiny").text("i.raw", "tiny").pull(PullType.RAW, "no", "i.raw");
        new Served("qcow2").on("q.qcow2", ScriptedServer.file(image("q.qcow2"))).pull(PullType.RAW, "no", "q.qcow2");
        new Served("tar-as-raw").file("t.tar", image("t.tar")).pull(PullType.RAW, "no", "t.tar");
        new Served("raw-as-tar").file("i.raw", image).pull(PullType.TAR, "no", "i.raw");
        for (String name : List.of("i.raw.gz", "i.raw.bz2", "i.raw.xz", "i.raw.zst", "t.tar.xz", "t.tar.zst")) {
            byte[] whole = image(name);
            PullType type = name.startsWith("i") ? PullType.RAW : PullType.TAR;
            new Served("cut-" + name)
                    .file(name, Arrays.copyOf(whole, whole.length / 2))
                    .pull(type, "no", name);
            byte[] damaged = whole.clone();
            damaged[whole.length / 2] ^= 0x55;
            new Served("damaged-" + name).file(name, damaged).pull(type, "no", name);
        }
        new Served("name-taken").file("i.raw", image).before("image.raw", "old").pull(PullType.RAW, "no", "i.raw");
    }

    // ---- helpers

    private static void serve() throws IOException, InterruptedException {
        Path sign = Files.createDirectory(work.resolve("sign"));
        for (Served served : SERVED) {
            for (Map.Entry<String, String> file : served.signed.entrySet()) {
                Files.writeString(
                        sign.resolve(served.name + "." + file.getValue()),
                        String.valueOf(served.texts.get(file.getKey())));
            }
        }
        Files.writeString(work.resolve("keys.sh"), resource("pull-keys.sh"));
        tools.run("bash", tools.inside(work.resolve("keys.sh")), tools.inside(work));
        for (Served served : SERVED) {
            for (Map.Entry<String, String> file : served.signed.entrySet()) {
                served.file(
                        file.getKey(),
                        Files.readAllBytes(sign.resolve(served.name + "." + file.getValue() + ".signed")));
            }
            for (String who : List.of("theirs", "ours")) {
                served.files.forEach((file, replies) -> server.on(
                        "/" + who + "/" + served.name + "/" + file, replies.toArray(ScriptedServer.Reply[]::new)));
            }
        }
    }

    private static String line(byte[] content, String name) {
        return digest(content) + "  " + name + "\n";
    }

    private static String line(String content, String name) {
        return line(content.getBytes(UTF_8), name);
    }

    private static String digest(byte[] content) {
        return Sha256.of(Sha256.digester().digest(content)).hex();
    }

    private static void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", script)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static String resource(String name) throws IOException {
        try (@Nullable InputStream in = SystemdPullIT.class.getResourceAsStream(name)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            in.transferTo(out);
            return out.toString(UTF_8);
        }
    }
}
