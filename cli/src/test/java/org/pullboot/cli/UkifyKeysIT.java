package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;
import org.pullboot.uki.Authenticode;
import org.pullboot.uki.PcrSignatureFile;
import org.pullboot.uki.UkiImage;
import picocli.CommandLine;

/** What {@code uki build} measures, joins and signs beside the image, told the same words as ukify of Debian sid in a chroot. */
final class UkifyKeysIT {
    private static final List<String> SIGNINGS = List.of("", " --sign-kernel", " --no-sign-kernel");
    private static final List<String> KERNELS = List.of("kernel", "signed-kernel");

    private static final String PLAIN = "--stub W/linuxx64.efi.stub --hwids= --os-release ID=x --uname 1 --cmdline a";
    private static final String MEASURED =
            PLAIN + " --linux W/kernel --join-profile W/profile.efi --measure --pcr-banks sha256,sha1";
    private static final String KEYS = " --secureboot-private-key W/key --secureboot-certificate W/crt";
    private static final String OFFLINE =
            PLAIN + " --linux W/kernel --pcr-banks sha256 --policy-digest --pcr-public-key W/pub --json=short";

    private static Path tree;
    private static Path work;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void runUkify() throws IOException, InterruptedException {
        DebianTools tools = DebianTools.find();
        tree = tools.path("/");
        work = tools.workDirectory("ukify");
        StringBuilder script = new StringBuilder("""
                cp /usr/lib/systemd/boot/efi/linuxx64.efi.stub /usr/lib/systemd/boot/efi/addonx64.efi.stub W
                cp W/addonx64.efi.stub W/kernel
                openssl req -quiet -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=Example -keyout W/key -out W/crt
                openssl rsa -in W/key -pubout -out W/pub 2>&1
                openssl genrsa 2048 2>&1 | openssl rsa -pubout -out W/other 2>&1
                sbsign --key W/key --cert W/crt --output W/signed-kernel W/kernel 2>&1
                ukify build --stub W/addonx64.efi.stub --hwids= --profile ID=b --cmdline b --output W/profile.efi
                """);
        script.append("ukify build " + MEASURED + " --output W/m >W/text\n");
        script.append("ukify build " + MEASURED + " --json=short --output W/m >W/json\n");
        script.append("ukify build " + OFFLINE + " --output W/waiting.efi\n");
        script.append("ukify build " + PLAIN + " --linux W/kernel --pcr-banks sha256 --pcr-private-key W/key"
                + " --pcr-public-key W/pub --output W/whole.efi\n");
        for (int signing = 0; signing < SIGNINGS.size(); signing++) {
            for (String kernel : KERNELS) {
                script.append("ukify build " + PLAIN + KEYS + SIGNINGS.get(signing) + " --linux W/" + kernel
                        + " --output W/" + kernel + signing + ".efi 2>&1\n");
            }
        }
        inTree(script.toString());
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void whatIsPrintedOfTheRegistersIsWhatUkifyPrints() throws IOException {
        Path image = work.resolve("measured.efi");
        String text = pullboot(MEASURED, image);
        // ukify says nothing of register 12, which knows the profile.
        assertThat(text.replaceAll("12:.*\n", "").replaceAll(image + ": .*\n", ""))
                .isEqualTo(Files.readString(work.resolve("text")));
        assertThat(text).contains("12:sha256=");
        assertThat(pullboot(MEASURED + " --json=short", image)
                        .replaceAll(",\\{\"pcr\":12,[^}]*}", "")
                        .replaceAll(image + ": .*\n", ""))
                .isEqualTo(Files.readString(work.resolve("json")));
    }

    @Test
    void signaturesAreJoinedWithTheOptionsOfUkify() throws IOException, InterruptedException {
        Path waiting = work.resolve("our-waiting.efi");
        pullboot(OFFLINE, waiting);
        assertThat(waiting).hasSameBinaryContentAs(work.resolve("waiting.efi"));
        Files.writeString(
                work.resolve("signatures"),
                PcrSignatureFile.read(work.resolve("whole.efi")).toJson());
        String join = "--join-pcrsig W/waiting.efi --pcrsig @W/signatures";
        inTree("ukify build " + join + " --output W/joined.efi");
        Path joined = work.resolve("our-joined.efi");
        pullboot(join, joined);
        assertThat(joined).hasSameBinaryContentAs(work.resolve("joined.efi"));

        Path configuration = work.resolve("ukify.conf");
        Files.writeString(configuration, "[UKI]\nPCRSig=@" + work.resolve("signatures") + "\n");
        pullboot("--join-pcrsig W/waiting.efi --config W/ukify.conf" + KEYS, work.resolve("sealed.efi"));
        assertThat(PcrSignatureFile.read(work.resolve("sealed.efi"))).isEqualTo(PcrSignatureFile.read(joined));
        inTree("sbverify --cert W/crt W/sealed.efi 2>&1");
    }

    @Test
    void theKernelIsSignedAsTheManualOfUkifySays() throws IOException, InterruptedException {
        List<Integer> counts = new ArrayList<>();
        for (int signing = 0; signing < SIGNINGS.size(); signing++) {
            for (String kernel : KERNELS) {
                Path ours = work.resolve(kernel + signing + ".ours");
                pullboot(PLAIN + KEYS + SIGNINGS.get(signing) + " --linux W/" + kernel, ours);
                int count = signaturesOfKernel(ours);
                // Without an option ukify 262 does not what its manual says: it looks for sbverify's message in the
                // wrong stream.
                if (signing > 0) {
                    assertThat(count)
                            .as(kernel + SIGNINGS.get(signing))
                            .isEqualTo(signaturesOfKernel(work.resolve(kernel + signing + ".efi")));
                }
                counts.add(count);
                if (count > 0) {
                    inTree("sbverify --cert W/crt W/linux 2>&1");
                }
            }
        }
        assertThat(counts).containsExactly(1, 1, 1, 2, 0, 1);
    }

    @Test
    void optionsThatDoNotGoTogetherAreRefused() {
        assertThat(execute("--join-pcrsig W/waiting.efi", work.resolve("x"))).isEqualTo(2);
        assertThat(execute("--pcrsig {} --linux W/kernel", work.resolve("x"))).isEqualTo(2);
        assertThat(execute("--join-pcrsig W/waiting.efi --pcrsig {} --cmdline a", work.resolve("x")))
                .isEqualTo(2);
        assertThat(execute(PLAIN + " --linux W/kernel --sign-kernel", work.resolve("x")))
                .isEqualTo(2);
        assertThat(execute("--stub W/addonx64.efi.stub --cmdline a --measure", work.resolve("x")))
                .isEqualTo(2);
        assertThat(execute(
                        PLAIN + " --linux W/kernel --pcr-private-key W/key --pcr-public-key W/other",
                        work.resolve("x")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("other is not the public key of ");
        assertThat(work.resolve("x")).doesNotExist();
    }

    private static int signaturesOfKernel(Path image) throws IOException {
        Path kernel = work.resolve("linux");
        UkiImage.read(image)
                .profiles()
                .getFirst()
                .section(".linux")
                .orElseThrow()
                .content()
                .writeTo(kernel);
        return Authenticode.signatures(kernel).size();
    }

    private String pullboot(String words, Path output) {
        out.getBuffer().setLength(0);
        assertThat(execute(words, output)).as(words + ": " + err).isZero();
        return out.toString();
    }

    private int execute(String words, Path output) {
        List<String> all = new ArrayList<>(List.of("uki", "build"));
        all.addAll(List.of(words.replace("W/", work + "/").split(" ")));
        all.addAll(List.of("--output", output.toString()));
        CommandLine command =
                Pullboot.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(all.toArray(String[]::new));
    }

    private static String inTree(String script) throws IOException, InterruptedException {
        String inside = "/" + tree.relativize(work);
        return run(
                "chroot",
                tree.toString(),
                "sh",
                "-ec",
                script.replace("W/", inside + "/").replace(" W\n", " " + inside + "\n"));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }
}
