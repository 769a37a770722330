package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVarfs;

/** Compares with systemd-measure, systemd-pcrlock and ukify of Debian sid. */
final class SystemdMeasureIT {
    private static final String STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
    private static final String MEASURE = "/usr/lib/systemd/systemd-measure ";

    private static DebianTools tools;
    private static Path work;
    private static Path image;
    private static SigningKey key;

    @BeforeAll
    static void findToolsAndBuild() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory("uki");
        inTree("openssl genrsa -traditional -out a.pem 2048 2>/dev/null; openssl genrsa -out b.pem 3072 2>/dev/null");
        key = privateKey("a.pem");
        image = work.resolve("image.efi");
        builder().build(image);
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void registersAreThoseOfSystemdMeasure() throws IOException, InterruptedException {
        List<List<PhasePath>> phases = List.of(
                PhasePath.REGULAR,
                List.of(PhasePath.KERNEL),
                List.of(PhasePath.of("enter-initrd:mine"), PhasePath.of("shutdown"), PhasePath.KERNEL));
        StringBuilder script = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int profile = 0; profile < 3; profile++) {
            String options = extract(profile);
            UkiMeasurement measurement = UkiMeasurement.of(image, profile, PcrBank.all());
            for (List<PhasePath> paths : phases) {
                script.append(MEASURE).append("calculate").append(options);
                if (!paths.equals(PhasePath.REGULAR)) {
                    paths.forEach(path -> script.append(" --phase=").append(path));
                }
                script.append(" 2>&1 || exit 1;\n");
                script.append(script.substring(script.lastIndexOf(MEASURE), script.lastIndexOf(" 2>&1")))
                        .append(" --json=short || exit 1;\n");
                for (PhasePath path : PhasePath.sorted(paths)) {
                    expected.add("# PCR[11] Phase <" + path + ">");
                    for (PcrBank bank : PcrBank.all()) {
                        expected.add(
                                "11:" + bank.label() + "=" + HexFormat.of().formatHex(measurement.pcr11(bank, path)));
                    }
                }
                // Of the profile, which is not in the other files, systemd-measure knows nothing.
                expected.add(measurement
                        .toJson(PcrBank.all(), PhasePath.sorted(paths))
                        .replaceAll(",\\{\"pcr\":12,\"hash\":\"[0-9a-f]+\"}", ""));
            }
        }

        assertThat(inTree(script.toString()).lines()).containsExactlyElementsOf(expected);
    }

    @Test
    void policiesAreSignedAsSystemdMeasureSignsThem() throws IOException, InterruptedException {
        String options = extract(0);
        UkiMeasurement measurement = UkiMeasurement.of(image, 0, PcrBank.all());
        PolicyGroup regular = PolicyGroup.signing(key, List.of(), Optional.empty());
        PolicyGroup named =
                PolicyGroup.signing(key, List.of(PhasePath.of("shutdown"), PhasePath.KERNEL), Optional.of("my policy"));
        PolicyGroup offline = PolicyGroup.offline(Optional.of(key.publicKey()), List.of(), Optional.of("x"));
        String all = inTree("openssl rsa -in a.pem -pubout -out a.pub 2>/dev/null; " + MEASURE + "sign" + options
                + " --private-key=a.pem >1;" + MEASURE + "sign" + options
                + " --private-key=a.pem --phase=shutdown --phase=: --policyref='my policy'"
                + " --append=1 >2; " + MEASURE + "policy-digest" + options
                + " --public-key=a.pub --policyref=x >3; cat 1 2 3");

        PcrSignatures first = regular.sign(measurement, PcrBank.all());
        assertThat(all.lines())
                .containsExactly(
                        first.toJson(),
                        first.with(named.sign(measurement, PcrBank.all())).toJson(),
                        offline.sign(measurement, PcrBank.all()).toJson());
    }

    @Test
    void imagesWithSignedPoliciesAreThoseOfUkify() throws IOException, InterruptedException {
        String common = "ukify build --stub " + STUB + " --linux vmlinuz --cmdline quiet --os-release ID=x --uname 6.1"
                + " --pcr-banks sha256,sha1 --hwids '' ";
        Files.write(work.resolve("vmlinuz"), PeFixture.kernel().bytes());
        inTree("openssl rsa -in a.pem -pubout -out a.pub 2>/dev/null;" + common
                + "--pcr-private-key a.pem --phases enter-initrd,enter-initrd:leave-initrd --policyref one --pcr-private-key b.pem --phases sysinit --policyref two"
                + " --sign-initrd-pcrs --output theirs-signed.efi 2>/dev/null;" + common
                + "--pcr-public-key a.pub --policy-digest --json=short --output theirs-offline.efi 2>/dev/null");

        PolicyGroup one = PolicyGroup.signing(
                key, List.of(PhasePath.of("enter-initrd:leave-initrd"), PhasePath.INITRD), Optional.of("one"));
        PolicyGroup other =
                PolicyGroup.signing(privateKey("b.pem"), List.of(PhasePath.of("sysinit")), Optional.of("two"));
        Set<PcrBank> banks = Set.of(PcrBank.SHA1, PcrBank.SHA256);
        plain().signPcrs(new PcrPolicySigner(List.of(one, other, one.forInitrd()), banks))
                .build(work.resolve("signed.efi"));
        PolicyGroup offline = PolicyGroup.offline(
                Optional.of(KeyFiles.publicKey(work.resolve("a.pub"))), List.of(), Optional.empty());
        plain().pcrPublicKey(SectionContent.of(KeyFiles.pem(key.publicKey())))
                .signPcrs(new PcrPolicySigner(List.of(offline), banks))
                .build(work.resolve("offline.efi"));

        assertThat(work.resolve("signed.efi")).hasSameBinaryContentAs(work.resolve("theirs-signed.efi"));
        assertThat(work.resolve("offline.efi")).hasSameBinaryContentAs(work.resolve("theirs-offline.efi"));
    }

    @Test
    void signaturesAreJoinedAsUkifyJoinsThem() throws IOException, InterruptedException {
        Files.write(work.resolve("vmlinuz"), PeFixture.kernel().bytes());
        Set<PcrBank> banks = Set.of(PcrBank.SHA256);
        PolicyGroup offline = PolicyGroup.offline(Optional.of(key.publicKey()), List.of(), Optional.empty());
        plain().signPcrs(new PcrPolicySigner(List.of(offline), banks)).build(work.resolve("waiting.efi"));
        PcrSignatures signed = new PcrPolicySigner(
                        List.of(PolicyGroup.signing(key, List.of(), Optional.empty())), banks)
                .signatures(UkiMeasurement.profile(work.resolve("waiting.efi"), 0));
        Files.writeString(work.resolve("signed.json"), signed.toJson());
        inTree("ukify build --join-pcrsig waiting.efi --pcrsig @signed.json --output theirs-joined.efi 2>/dev/null");

        PcrSignatureFile.join(work.resolve("waiting.efi"), signed, work.resolve("joined.efi"));
        assertThat(work.resolve("joined.efi")).hasSameBinaryContentAs(work.resolve("theirs-joined.efi"));
    }

    @Test
    void componentsAreThoseOfSystemdPcrlock() throws IOException, InterruptedException {
        Path kernel = work.resolve("inner.efi");
        try (FileChannel target = FileChannel.open(kernel, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            UkiMeasurement.profile(image, 0)
                    .section(".linux")
                    .orElseThrow()
                    .content()
                    .writeTo(target);
        }
        Path alone = work.resolve("alone.efi");
        plain().build(alone);
        List<String> theirs = inTree("L=/usr/lib/systemd/systemd-pcrlock; $L lock-uki alone.efi --pcrlock=-;"
                        + " $L lock-pe inner.efi --pcrlock=-")
                .lines()
                .toList();

        PcrLock ours = PcrLock.ofUki(alone, 0, false);
        assertThat(ours.toJson()).isEqualTo(theirs.getFirst());
        assertThat(new PcrLock(List.of(PcrLock.ofUki(alone, 0, true).records().getLast())).toJson())
                .isEqualTo(theirs.getLast());
    }

    @Test
    void theSecureBootComponentIsThatOfSystemdPcrlock() throws IOException, InterruptedException {
        Path variables = Files.createDirectories(work.resolve("efivars"));
        // Each begins with its attributes, four bytes.
        String database = "-" + EfiGuid.SECURITY_DATABASE;
        Files.writeString(variables.resolve("SecureBoot-" + EfiGuid.GLOBAL), "\u0006\0\0\0\u0001");
        Files.writeString(variables.resolve("PK-" + EfiGuid.GLOBAL), "'\0\0\0platform key");
        Files.writeString(variables.resolve("db" + database), "'\0\0\0database");
        Files.writeString(variables.resolve("dbt" + database), "'\0\0\0time stamps");
        // What is mounted for the tool goes away with it.
        Process tool = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none \"$1\"/sys && mkdir -p \"$1\"/sys/firmware/efi &&"
                                + " cp -r \"$2\" \"$1\"/sys/firmware/efi &&"
                                + " chroot \"$1\" /usr/lib/systemd/systemd-pcrlock lock-secureboot-policy --pcrlock=-",
                        "sh",
                        tools.path("/").toString(),
                        variables.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String theirs = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tool.waitFor()).isZero();
        assertThat(PcrLock.ofSecureBoot(new EfiVarfs(variables)).toJson() + "\n")
                .isEqualTo(theirs);
    }

    /** Everything that is measured, in three profiles. */
    private static UkiBuilder builder() throws IOException {
        Path kernel = Files.write(work.resolve("kernel"), PeFixture.kernel().bytes());
        Path initrd = Files.write(work.resolve("initrd"), new byte[3_000_001]);
        Path firmware = Files.createDirectories(work.resolve("firmware"));
        Files.writeString(firmware.resolve("blob"), "firmware");
        return new UkiBuilder(tools.path(STUB), kernel)
                .initrd(initrd)
                .commandLine("root=x quiet")
                .osRelease("ID=x\n")
                .kernelVersion("6.1")
                .splash(SectionContent.of("BM picture"))
                .microcode(SectionContent.of("microcode"))
                .deviceTree(SectionContent.of("tree"))
                .deviceTreeAuto(SectionContent.of("one tree"))
                .firmware(firmware)
                .pcrPublicKey(SectionContent.of(KeyFiles.pem(key.publicKey())))
                .profile("ID=main\nTITLE=Main\n")
                .joinProfile("ID=b\n", List.of(new UkiSection(".cmdline", SectionContent.of("debug"))))
                .joinProfile("ID=c\n", List.of(new UkiSection(".initrd", SectionContent.of("other"))));
    }

    private static UkiBuilder plain() throws IOException {
        Path kernel = Files.write(work.resolve("vmlinuz"), PeFixture.kernel().bytes());
        return new UkiBuilder(tools.path(STUB), kernel)
                .commandLine("quiet")
                .osRelease("ID=x")
                .kernelVersion("6.1");
    }

    /** Writes the sections of a profile to files and gives the options that name them. */
    private static String extract(int profile) throws IOException {
        StringBuilder options = new StringBuilder();
        for (UkiSection section : UkiMeasurement.profile(image, profile).sections()) {
            Path file = work.resolve(profile + section.name());
            try (FileChannel target = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                section.content().writeTo(target);
            }
            options.append(" --")
                    .append(section.name().substring(1))
                    .append('=')
                    .append(file.getFileName());
        }
        return options.toString();
    }

    private static SigningKey privateKey(String name) throws IOException {
        return new KeyFiles(what -> new char[0]).privateKey(work.resolve(name));
    }

    private static String inTree(String script) throws IOException, InterruptedException {
        return tools.run("sh", "-c", "cd " + tools.inside(work) + " && " + script);
    }
}
