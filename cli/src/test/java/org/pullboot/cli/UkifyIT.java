package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pullboot.debian.DebianTools;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same words to ukify of Debian sid and to {@code pullboot uki}: what is built has the same bytes, and what is shown of it says
 * the same. ukify runs once for all of them, in a chroot.
 */
final class UkifyIT {
    private static final String STUBS = "/usr/lib/systemd/boot/efi/";

    /** Runs ukify for each line of a file, which is a list of its arguments, and writes what it prints to a file beside it. */
    private static final String DRIVER = """
            import contextlib, io, json, runpy, sys
            for number, line in enumerate(open(sys.argv[1])):
                sys.argv = ["ukify"] + json.loads(line)
                with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
                    try:
                        runpy.run_path("/usr/bin/ukify", run_name="__main__")
                    except BaseException as e:
                        sys.__stderr__.write(" ".join(sys.argv) + "\\n" + err.getvalue())
                        raise
                open("%s.%d" % (__file__, number), "w").write(out.getvalue())
            """;

    /** What both are told, by a name; W is the work directory and S that of the stubs. A file is there for later lines. */
    private static final Map<String, String> BUILDS = new LinkedHashMap<>();

    static {
        String x64 = "--stub S/linuxx64.efi.stub --hwids= --os-release ID=x ";
        String aa64 = "--stub S/linuxaa64.efi.stub --efi-arch aa64 --hwids= --os-release ID=x ";
        String fake = x64 + "--linux W/fake-x64 ";
        BUILDS.put("plain", x64 + "--linux W/vmlinuz --cmdline root=gpt-auto");
        BUILDS.put(
                "initrd",
                "--stub S/linuxx64.efi.stub --hwids= --linux W/vmlinuz --initrd W/i1 --os-release @W/os-release");
        BUILDS.put("initrds", fake + "--initrd W/i1 --initrd W/i2 --initrd W/i3");
        BUILDS.put("splash", fake + "--splash W/i2 --cmdline @W/cmdline");
        BUILDS.put("dtb", fake + "--devicetree W/i3");
        BUILDS.put("uname", fake + "--uname 9.9.9-given");
        BUILDS.put("sbat", fake + "--sbat @W/sbat --sbat @W/sbat2");
        BUILDS.put("sbat-of-kernel", x64 + "--linux S/linuxx64.efi.stub --uname 1");
        BUILDS.put(
                "microcode-key-sections",
                fake + "--microcode W/i1 --pcrpkey W/i3 --section .mine:@W/i2 --section other:text");
        BUILDS.put("empty-files", fake + "--cmdline @W/empty --initrd W/empty --devicetree W/empty");
        BUILDS.put("no-os-release", "--stub S/linuxx64.efi.stub --linux W/fake-x64 --hwids= --os-release= --cmdline=");
        BUILDS.put("addon", "--stub S/addonx64.efi.stub --hwids= --cmdline debug");
        BUILDS.put(
                "addon-of-much",
                "--stub S/addonx64.efi.stub --hwids= --devicetree W/i1 --initrd W/i2 --microcode W/i3 --sbat @W/sbat");
        BUILDS.put("profile", "--stub S/addonx64.efi.stub --hwids= --profile @W/profile --cmdline @W/cmdline");
        BUILDS.put(
                "profile-of-much",
                "--stub S/addonx64.efi.stub --hwids= --profile ID=third --initrd W/i1 --uname 2 --os-release ID=z");
        BUILDS.put("two-profiles", fake + "--cmdline a --join-profile W/profile.efi");
        BUILDS.put(
                "three-profiles",
                fake
                        + "--cmdline a --profile @W/profile --join-profile W/profile.efi --join-profile W/profile-of-much.efi");
        BUILDS.put(
                "profiles-without-os-release",
                "--stub S/linuxx64.efi.stub --linux W/fake-x64 --hwids= --os-release= --join-profile W/profile-of-much.efi");
        BUILDS.put("aarch64", aa64 + "--linux W/fake-aa64 --initrd W/i1");
        BUILDS.put("aarch64-compressed", aa64 + "--linux W/fake-aa64.gz");
        BUILDS.put("aarch64-lzma", aa64 + "--linux W/fake-aa64.lzma");
        BUILDS.put("aarch64-zboot", aa64 + "--linux W/zboot-aa64");
        BUILDS.put(
                "aarch64-device-trees",
                "--stub S/linuxaa64.efi.stub --efi-arch aa64 --os-release ID=x --linux W/fake-aa64 "
                        + "--devicetree-auto W/i1 --devicetree-auto W/i2 --hwids S/../hwids/aa64 --efifw W/fw-a --efifw W/fw-b");
        BUILDS.put("hardware-ids", "--stub S/linuxx64.efi.stub --linux W/fake-x64 --os-release ID=x --hwids W/hwids");
        BUILDS.put("configuration", "--config W/ukify.conf --stub S/linuxx64.efi.stub --initrd W/i3 --sbat @W/sbat2");
        BUILDS.put(
                "old-stub",
                "--stub W/old.stub --hwids= --os-release ID=x --linux W/fake-x64 --initrd W/i1 --initrd W/i2");
    }

    private static Path tree;
    private static Path work;

    @BeforeAll
    static void buildWithUkify() throws IOException, InterruptedException {
        DebianTools tools = DebianTools.find();
        tree = tools.path("/");
        work = tools.workDirectory("uki");
        writeInputs();
        List<String> lines = new ArrayList<>();
        for (String name : BUILDS.keySet()) {
            lines.add(Json.text(Stream.concat(
                            words(name, "").stream(), Stream.of("--output", "/" + tree.relativize(theirs(name))))
                    .toList()));
        }
        for (String name : BUILDS.keySet()) {
            String file = "/" + tree.relativize(theirs(name));
            lines.add(Json.text(List.of("inspect", file, "--json=pretty")));
            lines.add(Json.text(List.of("inspect", file)));
            lines.add(Json.text(List.of("inspect", file, "--all", "--json=short")));
        }
        Path driver = Files.writeString(work.resolve("driver"), DRIVER);
        Path calls = Files.write(work.resolve("calls"), lines);
        run("chroot", tree.toString(), "python3", "/" + tree.relativize(driver), "/" + tree.relativize(calls));
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @TestFactory
    Stream<DynamicTest> sameWordsGiveTheSameBytes() {
        return BUILDS.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Path ours = work.resolve(name + ".ours");
                    List<String> words = new ArrayList<>(List.of("uki"));
                    words.addAll(words(name, tree.toString()));
                    words.addAll(List.of("--output", ours.toString()));
                    pullboot(words);
                    assertThat(Files.mismatch(ours, theirs(name))).isEqualTo(-1);
                    Files.delete(ours);
                }));
    }

    @TestFactory
    Stream<DynamicTest> bothSeeTheSameInIt() {
        List<String> names = List.copyOf(BUILDS.keySet());
        return names.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    int answer = names.size() + 3 * names.indexOf(name);
                    String file = theirs(name).toString();
                    JsonMapper json = JsonMapper.builder().build();
                    assertThat(json.readTree(pullboot(List.of("uki", "inspect", file, "--json"))))
                            .isEqualTo(json.readTree(answer(answer)));
                    assertThat(pullboot(List.of("uki", "inspect", file))).isEqualTo(answer(answer + 1));
                    assertThat(json.readTree(pullboot(List.of("uki", "inspect", file, "--all", "--json"))))
                            .isEqualTo(json.readTree(answer(answer + 2)));
                }));
    }

    @Test
    void whoSignedItIsShown() throws IOException, InterruptedException {
        String inside = "/" + tree.relativize(work);
        run(
                "chroot",
                tree.toString(),
                "sh",
                "-ec",
                "cd " + inside + "; openssl req -quiet -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=Example"
                        + " -keyout key -out crt; sbsign --key key --cert crt --output signed plain.efi 2>&1");
        String file = work.resolve("signed").toString();
        JsonNode json = JsonMapper.builder().build().readTree(pullboot(List.of("uki", "inspect", file, "--json")));
        JsonNode signature = json.path("_signatures").path(0);
        assertThat(signature.path("signer").asString()).isEqualTo("CN=Example");
        assertThat(signature.path("digest").asString()).isEqualTo("sha256");
        assertThat(Duration.between(
                        Instant.parse(signature.path("notBefore").asString()),
                        Instant.parse(signature.path("notAfter").asString())))
                .isEqualTo(Duration.ofDays(30));
        assertThat(pullboot(List.of("uki", "inspect", file))).contains("  signer: CN=Example");
        assertThat(pullboot(List.of("uki", "inspect", file, "--section", ".cmdline:text")))
                .isEqualTo(".cmdline:\n  size: 13 bytes\n  sha256: "
                        + json.at("/.cmdline/sha256").asString() + "\n  text:\n    root=gpt-auto\n");
    }

    private static String answer(int number) throws IOException {
        return Files.readString(work.resolve("driver." + number));
    }

    private static Path theirs(String name) {
        return work.resolve(name + ".efi");
    }

    /** The words for one of the builds, with paths below a root. */
    private static List<String> words(String name, String root) {
        List<String> words = new ArrayList<>(List.of("build"));
        String inside = root + "/" + tree.relativize(work);
        for (String word : List.of(BUILDS.getOrDefault(name, "").split(" ", -1))) {
            word = root.isEmpty() ? word : word.replace("ukify.conf", "ours.conf");
            words.add(word.replaceFirst("(^@?|:@)W/", "$1" + inside + "/").replaceFirst("^S/", root + STUBS));
        }
        return words;
    }

    private static String pullboot(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Pullboot.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        assertThat(command.execute(words.toArray(String[]::new)))
                .as(() -> String.join(" ", words) + ": " + err)
                .isZero();
        return out.toString();
    }

    private static void writeInputs() throws IOException, InterruptedException {
        try (Stream<Path> files =
                Files.find(tree.resolve("usr/lib/modules"), 2, (file, attributes) -> file.endsWith("vmlinuz"))) {
            Files.copy(files.findFirst().orElseThrow(), work.resolve("vmlinuz"));
        }
        Path old = Path.of(STUBS, "linuxx64.efi.stub");
        Files.copy(
                Files.exists(old) ? old : tree.resolve(STUBS.substring(1) + old.getFileName()),
                work.resolve("old.stub"));
        Random random = new Random(7);
        for (int size : new int[] {1_000_001, 4097, 3}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Files.write(work.resolve(size == 3 ? "i3" : size == 4097 ? "i2" : "i1"), bytes);
        }
        Files.write(work.resolve("fake-x64"), kernel("x64"));
        byte[] kernel = kernel("aa64");
        Files.write(work.resolve("fake-aa64"), kernel);
        Files.write(work.resolve("fake-aa64.gz"), gzip(kernel));
        run("xz", "--format=lzma", "--keep", work.resolve("fake-aa64").toString());
        Files.write(work.resolve("zboot-aa64"), zboot(kernel));
        text("os-release", "ID=y\nPRETTY_NAME=\"ä\"\n");
        text("cmdline", "  a  b\n\0\0");
        text("empty", "");
        text("sbat", "sbat,1,X,sbat,1,https://x\nown,1,Own,own,1,https://own\n");
        text("sbat2", "sbat,1\r\nmore,1,More,more,1,https://more\r\nand,1");
        text("profile", "ID=second\r\nTITLE=\"The second\"\r\n");
        text("fw-a/blob", "firmware");
        text("fw-b/.other", "more firmware");
        text("hwids/b/x.json", """
                {"type": "devicetree", "name": "Zeta", "compatible": "a,b",
                 "hwids": ["{FF000000-1111-2222-3333-444444444444}", "00112233-4455-6677-8899-aabbccddeeff"]}
                """);
        text("hwids/a.json", """
                {"type": "uefi-fw", "name": "Ünicode", "fwid": "a,b", "hwids": ["80112233445566778899aabbccddeeff"]}
                """);
        text("hwids/z.json", """
                {"type": "devicetree", "name": "Zeta", "compatible": "a,b", "hwids": ["00112233-4455-6677-8899-aabbccddeefe"]}
                """);
        text("ukify.conf", """
                # comment
                [UKI]
                Linux=W/fake-x64
                Initrd = W/i1   W/i2
                Cmdline=  a   b  # not this
                   c=d#e
                OSRelease=@W/os-release
                SBAT=@W/sbat
                HWIDs=
                Uname=1.2
                """.replace("W/", "/" + tree.relativize(work) + "/"));
        text("ours.conf", Files.readString(work.resolve("ukify.conf")).replace("/tmp/", tree + "/tmp/"));
    }

    private static void text(String name, String text) throws IOException {
        Path file = work.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** A program with the words of Linux in it. */
    private static byte[] kernel(String architecture) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Files.readAllBytes(tree.resolve(STUBS.substring(1) + "addon" + architecture + ".efi.stub")));
        out.write("Linux version %s (%s)\0Linux version 6.99.0-rc1+Test (me@here) #1 SMP"
                .getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }

    /** A program that says of itself that it unpacks a kernel behind it (drivers/firmware/efi/libstub/zboot-header.S). */
    private static byte[] zboot(byte[] kernel) throws IOException {
        byte[] program = Files.readAllBytes(tree.resolve(STUBS.substring(1) + "addonaa64.efi.stub"));
        byte[] payload = gzip(kernel);
        ByteBuffer out = ByteBuffer.allocate(program.length + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(program).put(payload);
        out.put(4, "zimg".getBytes(StandardCharsets.US_ASCII));
        out.putInt(8, program.length).putInt(12, payload.length);
        out.put(24, "gzip\0\0".getBytes(StandardCharsets.US_ASCII));
        return out.array();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}
