package org.pullboot.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;

/**
 * Ours beside systemd-import-generator of Debian sid, which runs for all cases in one process tree. What is different is
 * different on purpose: each such test says how, and docs/SYSTEMD.md why.
 */
final class ImportGeneratorIT {
    private static final long SEED = 20261123;
    private static final String GENERATOR = "/usr/lib/systemd/system-generators/systemd-import-generator";
    /** What {@code Requires=systemd-importd.socket} is for: its daemon pulls for upstream. */
    private static final String IMPORTD = "systemd-importd.socket";

    private static final List<String> SYSTEMATIC = Corpus.systematic();
    private static final List<String> RANDOM = Corpus.random(SEED, 300);
    private static final Map<String, String> ORIGINS = new LinkedHashMap<>();

    private static Path cases;
    private static Path inTree;

    static {
        for (String url : List.of(
                "http://example.com/image.efi",
                "http://example.com/dir/image.efi?x=/a/b#frag",
                "http://example.com",
                "http://example.com/",
                "http://example.com/dir/",
                "https://[fe80::1%25eth0]:8443/a/c.efi",
                "http://user:pw@h:8081/particle.efi",
                "http://h//x///c.efi",
                "tftp://example.com/a/c.efi",
                "http://h/b\u00fcro/c.efi",
                "http:///c.efi",
                "nonsense",
                "http://h/\ud800/c.efi")) {
            ORIGINS.put("url " + ORIGINS.size() + " " + url.replaceAll("[^a-z0-9:.?]", "_"), variable(url + "\0"));
        }
        ORIGINS.put("no NUL", variable("http://example.com/a/b.efi"));
        ORIGINS.put("more after NUL", variable("http://example.com/a/b.efi\0\0x"));
        ORIGINS.put("attributes alone", "06000000");
        ORIGINS.put("NUL alone", variable("\0"));
        ORIGINS.put("three bytes", "060000");
        ORIGINS.put("no bytes", "");
    }

    private static String variable(String text) {
        return "06000000" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16LE));
    }

    private static List<Case> alike() {
        List<Case> alike = new ArrayList<>();
        alike.add(Case.of("systematic", false, SYSTEMATIC));
        alike.add(Case.of("systematic-initrd", true, SYSTEMATIC));
        alike.add(Case.of("random", false, RANDOM));
        alike.add(Case.of("random-initrd", true, RANDOM));
        List<String> suffixes = List.of(
                "raw,machine,bootorigin:a:image.raw",
                "raw,machine,bootorigin:b:../x/image.raw",
                "raw,machine,bootorigin:c:/abs/image.raw",
                "raw,machine,bootorigin:d:http://other/image.raw",
                "raw,machine,bootorigin,blockdev:e:image.raw?mac=x&v=1",
                "tar,machine,bootorigin::particle.tar.zst",
                "raw,machine,bootorigin:f:\u00fc.raw",
                "raw,bootorigin:g:x",
                "raw,machine:h:http://h/x");
        ORIGINS.forEach((name, variable) ->
                alike.add(new Case("origin-" + name, Case.commandLine(true, suffixes), true, null, variable)));
        alike.add(Case.of("origin-unknown", true, suffixes));
        alike.add(new Case(
                "credential",
                "systemd.pull=raw,machine,verify=no:first:http://h/x",
                false,
                "# comment\nraw,machine,verify=no:a:http://h/a\n  tar,confext:fr\u00fch:http://h/b  \n\njunk\n #c\n"
                        + "raw,sysext:last:http://h/c",
                null));
        alike.add(
                new Case("credential-initrd", "", true, "raw,machine:a:http://h/a\r\nraw,sysext:b:http://h/b\n", null));
        String words = "systemd.pull=raw,machine:host:http://h/x rd.systemd.pull=raw,machine:initrd:http://h/x"
                + " systemd.pull systemd.pull= systemd.pull.success_action=reboot systemd.pull.success-action=poweroff-force"
                + " systemd.pull.failure_action=none rd.systemd.pull.failure_action=exit 'systemd.pull=raw,machine:q:http://h/a\"b'"
                + " \"systemd.pull=raw,sysext:a b:http://h/c\" systemd.\"pull\"=tar,machine:quoted:http://h/x systemd.pullx=raw,machine:no:http://h/x";
        alike.add(new Case("words", words.replace("a\"b", "ab"), false, null, null));
        alike.add(new Case("words-initrd", words.replace("a\"b", "ab"), true, null, null));
        return alike;
    }

    private static final Case OCI =
            Case.of("different-oci", false, List.of("oci,machine:a:https://h/x", "raw,machine:b:http://h/x"));
    private static final Case TWICE = Case.of(
            "different-twice",
            false,
            List.of(
                    "raw,machine:a:http://h/1",
                    "raw,machine:a:http://h/2",
                    "raw,machine:b:http://h/x",
                    "raw,machine:b:http://h/x"));
    private static final Case QUOTES = Case.of(
            "different-quotes",
            false,
            List.of(
                    "raw,machine:a:http://h/it's",
                    "raw,machine:b:http://h/x' '--flag",
                    "raw,machine:c:http://h/back\\slash",
                    "tar,machine:d\\\\:http://h/x\\"));
    private static final Case LONG = Case.of(
            "long", false, List.of("raw,machine:" + "a".repeat(215) + ":http://h/x", "raw,machine:b:http://h/x"));
    private static final Case LOADER_ALONE = Case.of("different-loader", true, List.of("raw,machine,bootorigin:a:x"));
    private static final Case ODD = new Case(
            "different-odd",
            Case.commandLine(true, List.of("raw,machine,bootorigin:a:x")),
            true,
            null,
            variable("http://h/a") + "00");
    private static final Case ACTION = new Case(
            "different-action",
            "systemd.pull.failure_action=%H systemd.pull=raw,machine:a:http://h/x",
            false,
            null,
            null);

    private static List<Case> all() {
        List<Case> all = new ArrayList<>(alike());
        all.addAll(List.of(OCI, TWICE, QUOTES, LONG, LOADER_ALONE, ODD, ACTION));
        return all;
    }

    @BeforeAll
    static void runUpstream() throws Exception {
        DebianTools tools = DebianTools.find();
        inTree = tools.workDirectory("generator-");
        cases = Files.createDirectory(inTree.resolve("cases"));
        for (Case each : all()) {
            each.writeTo(cases);
        }
        Path script = Files.copy(
                Path.of("src/test/resources/org/pullboot/generator/run-cases.sh"), inTree.resolve("run-cases.sh"));
        // The mounts are made private before the tree becomes the root directory, because it is no mount itself.
        Process process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "chroot",
                        tools.path("/").toString(),
                        "sh",
                        tools.inside(script),
                        GENERATOR,
                        tools.inside(cases))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("status of run-cases.sh").isZero();
    }

    @AfterAll
    static void clean() throws IOException {
        DebianTools.delete(inTree);
    }

    @Test
    void generatedExpressionsMakeTheSameUnits() throws IOException {
        System.out.println(
                "expressions: " + SYSTEMATIC.size() + " systematic, " + RANDOM.size() + " random of seed " + SEED);
        for (Case each : alike()) {
            same(each);
        }
        same(LONG);
    }

    @Test
    void anOciImageDoesNotTakeTheOthersWithIt() throws IOException {
        assertThat(OCI.upstream(cases).status()).as("SIGABRT").isEqualTo(134);
        assertThat(OCI.upstream(cases).links()).isEmpty();

        Case.Result ours = OCI.runOurs(cases);
        assertThat(ours.status()).isZero();
        assertThat(ours.links()).containsKey("imports.target.wants/systemd-import@var-lib-machines-b.raw.service");
    }

    @Test
    void ofTwoExpressionsForOnePlaceTheFirstCountsAndNothingFails() throws IOException {
        Case.Result upstream = TWICE.upstream(cases);
        Case.Result ours = TWICE.runOurs(cases);

        assertThat(upstream.status()).isEqualTo(1);
        assertThat(ours.status()).isZero();
        assertThat(ours.units().keySet()).isEqualTo(upstream.units().keySet());
        assertThat(ours.log().lines()).singleElement().asString().contains("/var/lib/machines/a.raw", "only the first");
        String first = "systemd-import@var-lib-machines-a.raw.service";
        assertThat(Parameters.ofOurs(ours.unit(first))).isEqualTo(Parameters.ofUpstream(upstream.unit(first)));
    }

    @Test
    void quotesAndBackslashesReachThePullAsTheyAre() throws IOException {
        Case.Result upstream = QUOTES.upstream(cases);
        Case.Result ours = QUOTES.runOurs(cases);

        assertThat(ours.links()).isEqualTo(upstream.links());
        List<String> remotes = new ArrayList<>();
        for (String unit : upstream.units().keySet()) {
            Parameters parameters = Parameters.ofOurs(ours.unit(unit));
            remotes.add(parameters.local() + " " + parameters.remote());
            assertThat(upstream.unit(unit).command())
                    .as("what varlinkctl would get")
                    .isNotEqualTo(List.of(
                            "varlinkctl",
                            "call",
                            "-q",
                            "--more",
                            "--timeout=infinity",
                            "/run/systemd/io.systemd.Import",
                            "io.systemd.Import.Pull",
                            upstream.json(unit)));
        }
        assertThat(remotes)
                .containsExactlyInAnyOrder(
                        "a http://h/it's", "b http://h/x' '--flag", "c http://h/back\\slash", "d\\ http://h/x\\");
    }

    @Test
    void theLoadersVariableServesWhereTheStubsIsMissing() throws IOException {
        Path variables = cases.resolve(LOADER_ALONE.name()).resolve("sys/firmware/efi/efivars");
        Files.write(
                variables.resolve("LoaderDeviceURL-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"),
                HexFormat.of().parseHex(variable("http://h/d/a.efi")));

        assertThat(LOADER_ALONE.upstream(cases).units()).isEmpty();
        assertThat(Parameters.ofOurs(LOADER_ALONE.runOurs(cases).unit("systemd-import@run-machines-a.raw.service"))
                        .remote())
                .isEqualTo("http://h/d/x");
    }

    @Test
    void halfACharacterAtTheEndOfAVariableIsRefused() throws IOException {
        assertThat(ODD.upstream(cases).units()).hasSize(1);
        Case.Result ours = ODD.runOurs(cases);
        assertThat(ours.units()).isEmpty();
        assertThat(ours.log()).contains("StubDeviceURL");
    }

    @Test
    void aWordThatIsNoActionIsLookedOver() throws IOException {
        String unit = "systemd-import@var-lib-machines-a.raw.service";
        assertThat(ACTION.upstream(cases).unit(unit).last("FailureAction")).isEqualTo("%H");
        assertThat(ACTION.runOurs(cases).unit(unit).last("FailureAction")).isEmpty();
    }

    private static void same(Case one) throws IOException {
        Case.Result upstream = one.upstream(cases);
        Case.Result ours = one.runOurs(cases);
        assertThat(ours.units().keySet())
                .as(one.name())
                .containsExactlyElementsOf(upstream.units().keySet());
        assertThat(ours.links()).as(one.name()).isEqualTo(upstream.links());
        assertThat(ours.status()).as(one.name() + ": " + upstream.failures()).isEqualTo(upstream.status());
        for (String unit : upstream.units().keySet()) {
            sameUnit(unit, upstream.unit(unit), ours.unit(unit));
        }
    }

    private static void sameUnit(String name, ParsedUnit upstream, ParsedUnit ours) throws IOException {
        assertThat(ours.units("Before")).as(name).isEqualTo(upstream.units("Before"));
        assertThat(ours.units("Wants")).as(name).isEqualTo(upstream.units("Wants"));
        assertThat(ours.units("Conflicts")).as(name).isEqualTo(upstream.units("Conflicts"));
        Set<String> after = new TreeSet<>(ours.units("After"));
        after.remove("systemd-remount-fs.service");
        after.add(IMPORTD);
        assertThat(after).as(name).isEqualTo(upstream.units("After"));
        for (String key : List.of("DefaultDependencies", "SourcePath", "Type", "SuccessAction", "FailureAction")) {
            assertThat(ours.last(key)).as(name + " " + key).isEqualTo(upstream.last(key));
        }
        assertThat(Parameters.ofOurs(ours)).as(name).isEqualTo(Parameters.ofUpstream(upstream));
    }
}
