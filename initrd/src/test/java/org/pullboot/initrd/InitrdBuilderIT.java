package org.pullboot.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;

/** Links and trains a runtime with a stand-in for the agent, and takes the initrds apart with cpio and zstd. */
final class InitrdBuilderIT {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    private static Path shared;

    private static List<Path> agent;
    private static Path cache;
    private static AgentRuntime runtime;

    @TempDir
    private Path directory;

    private KernelTree kernel;

    @BeforeAll
    static void makeARuntime() throws IOException {
        agent = StandInAgent.compile(shared.resolve("agent"), "System.out.println(arguments[0]);");
        cache = shared.resolve("cache");
        runtime = AgentRuntime.prepare(cache, agent, JAVA_HOME, _ -> {});
    }

    @BeforeEach
    void makeAKernel() throws IOException {
        Path root = directory.resolve("root");
        String version = ModuleTreeFixture.VERSION;
        ModuleTreeFixture.in(root)
                .module("net/virtio_net", "depends=net_failover", "alias=virtio:d00000001v*")
                .module("net/net_failover")
                .module("block/loop")
                .file("fs/xfs/xfs.ko.xz", Tools.pipe(ElfFixture.module("alias=fs-xfs"), "xz", "-c"))
                .module("drivers/net/ethernet/odd/odd", "depends=odd_phy")
                .module("drivers/net/phy/odd_phy")
                .module("drivers/gpu/gpu")
                .builtin("fs/overlayfs/overlay");
        Path boot = Files.createDirectories(root.resolve("boot"));
        Files.write(boot.resolve("vmlinuz-" + version), KernelHeaderTest.kernel(version));
        kernel = KernelTree.inRoot(root, java.util.Optional.empty());
    }

    private InitrdManifest build(Path segments, Path output, String... modules) throws IOException {
        return InitrdBuilder.build(new InitrdRequest(kernel, runtime, segments, 1, false, List.of(modules)), output);
    }

    private List<byte[]> segments(Path initrd, InitrdManifest manifest) throws IOException {
        byte[] bytes = Files.readAllBytes(initrd);
        List<byte[]> segments = new ArrayList<>();
        int at = 0;
        for (InitrdManifest.Segment segment : manifest.segments()) {
            at += -at & 3;
            segments.add(Arrays.copyOfRange(bytes, at, at + (int) segment.bytes()));
            at += (int) segment.bytes();
        }
        assertThat(at).isEqualTo(bytes.length);
        return segments;
    }

    @Test
    void authoritiesAreWhereTheAgentLooksForThem() throws Exception {
        Path authorities = Files.writeString(directory.resolve("ca.pem"), "certificates\n");
        InitrdRequest request = new InitrdRequest(kernel, runtime, cache, 1, false, List.of());
        Path initrd = directory.resolve("trusting");

        InitrdManifest manifest = InitrdBuilder.build(request.authorities(authorities), initrd);

        byte[] modules = Tools.pipe(segments(initrd, manifest).get(2), "zstd", "-dc");
        assertThat(new String(modules, StandardCharsets.ISO_8859_1)).contains("etc/pullboot/ca.pem", "certificates\n");
    }

    @Test
    void everySegmentIsAnArchiveThatTheManifestDescribes() throws Exception {
        Path initrd = directory.resolve("initrd");
        InitrdManifest manifest = build(cache, initrd);

        assertThat(manifest.segments())
                .extracting(InitrdManifest.Segment::name)
                .containsExactly("libraries", "java", "modules", "aot");
        assertThat(manifest.kernel()).isEqualTo(ModuleTreeFixture.VERSION);
        assertThat(manifest.java()).startsWith("25");
        assertThat(manifest.modules()).containsExactly("loop", "net_failover", "virtio_net", "xfs");
        assertThat(manifest.warnings()).isEmpty();
        assertThat(manifest.bytes()).isEqualTo(Files.size(initrd));
        assertThat(manifest.sha256()).isEqualTo(Sha256.of(Sha256.digester().digest(Files.readAllBytes(initrd))));
        assertThat(manifest.text()).contains("kernel 6.99.1-test-amd64, Java 25", "(not reproducible)");

        List<byte[]> segments = segments(initrd, manifest);
        for (int i = 0; i < segments.size(); i++) {
            InitrdManifest.Segment segment = manifest.segments().get(i);
            assertThat(Sha256.of(Sha256.digester().digest(segments.get(i)))).isEqualTo(segment.sha256());
            assertThat(Tools.pipe(segments.get(i), "zstd", "-dc")).hasSize((int) segment.rawBytes());
        }
    }

    @Test
    void theUnpackedInitrdRunsItsInitAsTheKernelDoes() throws Exception {
        Path initrd = directory.resolve("initrd");
        Path root = Files.createDirectory(directory.resolve("unpacked"));
        for (byte[] segment : segments(initrd, build(cache, initrd, "gpu"))) {
            Tools.pipeIn(root, Tools.pipe(segment, "zstd", "-dc"), "cpio", "-idm", "--quiet");
        }

        assertThat(Files.readString(root.resolve("init"))).isEqualTo("#!/jre/bin/java @/init.args\n");
        // No /proc, no environment, as for the first process.
        assertThat(Tools.run(root, "env", "-i", "/usr/sbin/chroot", root.toString(), "/init", "word"))
                .isEqualTo("/init\n");
        assertThat(Tools.run(
                        root,
                        "env",
                        "-i",
                        "/usr/sbin/chroot",
                        root.toString(),
                        "/jre/bin/java",
                        "-XX:AOTMode=on",
                        "@/init.args",
                        "accepted"))
                .isEqualTo("accepted\n");

        String modules = "usr/lib/modules/" + ModuleTreeFixture.VERSION + "/";
        assertThat(root.resolve(modules + "kernel/drivers/gpu/gpu.ko")).exists();
        assertThat(root.resolve(modules + "kernel/fs/xfs/xfs.ko")).exists();
        assertThat(root.resolve("etc/pullboot/kernel")).hasContent(ModuleTreeFixture.VERSION);
        assertThat(Files.readString(root.resolve("etc/pullboot/modules")))
                .contains("overlay -\n", "virtio_net kernel/net/virtio_net.ko net_failover\n");
        assertThat(Tools.run(
                        root, "modprobe", "-S", ModuleTreeFixture.VERSION, "-d", root.toString(), "-D", "virtio_net"))
                .containsSubsequence("net_failover.ko", "virtio_net.ko");
        // Nothing to run but the JVM and the dynamic linker.
        assertThat(Tools.run(root, "find", ".", "-type", "f", "-perm", "-100", "-not", "-name", "*.so*")
                        .lines())
                .containsExactlyInAnyOrder("./init", "./jre/bin/java");
    }

    @Test
    void theSameInputGivesTheSameBytesButForTheAotCache() throws IOException {
        InitrdManifest first = build(directory.resolve("cache1"), directory.resolve("one"));
        InitrdManifest second = build(directory.resolve("cache2"), directory.resolve("two"));
        assertThat(first).isEqualTo(second);

        AgentRuntime again = AgentRuntime.prepare(directory.resolve("cache3"), agent, JAVA_HOME, _ -> {});
        assertThat(again.key()).isEqualTo(runtime.key());
        InitrdManifest third = InitrdBuilder.build(
                new InitrdRequest(kernel, again, directory.resolve("cache3"), 1, false, List.of()),
                directory.resolve("three"));
        assertThat(third.segments().subList(0, 3)).isEqualTo(first.segments().subList(0, 3));
        assertThat(third.segments())
                .allMatch(segment -> segment.reproducible() != segment.name().equals("aot"));
    }

    @Test
    void everyNetworkDriverComesWhenAskedFor() throws IOException {
        InitrdManifest manifest = InitrdBuilder.build(
                new InitrdRequest(kernel, runtime, cache, 1, true, List.of()), directory.resolve("initrd"));

        assertThat(manifest.modules()).containsExactly("loop", "net_failover", "odd", "odd_phy", "virtio_net", "xfs");
    }

    @Test
    void aModuleThatTheKernelLacksIsAnError() {
        Path output = directory.resolve("initrd");

        assertThatThrownBy(() -> build(cache, output, "nosuch"))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("has no module 'nosuch'");
        assertThat(output).doesNotExist();
    }

    @Test
    void aKernelThatCannotMountImagesIsWarnedOf() throws IOException {
        Path root = directory.resolve("poor");
        ModuleTreeFixture.in(root).module("net/virtio_net").builtin("fs/ext4/ext4");
        KernelTree poor = new KernelTree(
                ModuleTreeFixture.VERSION,
                kernel.kernel(),
                root.resolve("usr/lib/modules").resolve(ModuleTreeFixture.VERSION));

        InitrdManifest manifest = InitrdBuilder.build(
                new InitrdRequest(poor, runtime, cache, 1, false, List.of()), directory.resolve("initrd"));

        assertThat(manifest.warnings())
                .hasSize(2)
                .allMatch(warning -> warning.contains("neither as a module nor built in"));
    }

    @Test
    void anAgentThatFailsItsTrainingIsReportedWithWhatItSaid() throws IOException {
        List<Path> failing = StandInAgent.compile(
                directory.resolve("agent"), "System.err.println(\"cannot train today\"); System.exit(3);");
        Path own = directory.resolve("cache");

        assertThatThrownBy(() -> AgentRuntime.prepare(own, failing, JAVA_HOME, _ -> {}))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("the agent's training run failed with exit status 3")
                .hasMessageContaining("cannot train today");
        try (Stream<Path> left = Files.list(own.resolve("runtime"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void missingModulesAndJdksAreNamed() {
        assertThatThrownBy(() -> AgentRuntime.prepare(cache, List.of(directory), JAVA_HOME, _ -> {}))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("org.pullboot.agent not found");
        assertThatThrownBy(() -> AgentRuntime.prepare(cache, agent, directory, _ -> {}))
                .isInstanceOf(InitrdException.class)
                .hasMessageContaining("no Java runtime in '" + directory + "'");
    }

    @Test
    void whoPreparesTheSameRuntimeAtTheSameTimeGetsOne() throws Exception {
        Path own = directory.resolve("cache");
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<AgentRuntime>> both = List.of(
                    two.submit(() -> AgentRuntime.prepare(own, agent, JAVA_HOME, _ -> {})),
                    two.submit(() -> AgentRuntime.prepare(own, agent, JAVA_HOME, _ -> {})));
            assertThat(both.get(0).get().key()).isEqualTo(both.get(1).get().key());
        }
        try (Stream<Path> left = Files.list(own.resolve("runtime"))) {
            assertThat(left.map(path -> path.getFileName().toString()).collect(Collectors.toSet()))
                    .containsExactly(runtime.key());
        }
        List<String> said = new ArrayList<>();
        AgentRuntime.prepare(own, agent, JAVA_HOME, said::add);
        assertThat(said).isEmpty();
    }
}
