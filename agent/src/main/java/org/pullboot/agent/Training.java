package org.pullboot.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pullboot.image.Architecture;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.GptWriter;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;
import org.pullboot.image.ZstdOutputStream;
import org.pullboot.linux.DeviceMapper;
import org.pullboot.linux.ExtendedAttributes;
import org.pullboot.linux.InitProcess;
import org.pullboot.linux.KernelModules;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.LoopDevice;
import org.pullboot.linux.Memory;
import org.pullboot.linux.Mounts;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullType;
import org.pullboot.pull.Puller;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.Stage;
import org.pullboot.pull.Verification;

/**
 * Exercises the agent on a machine that is not booting, so that the runtime's AOT cache knows the classes of a boot and
 * their hot methods. It does what a boot does, in its order, against a directory of its own and a server of its own;
 * every system call is made in a way that changes nothing. Needs no privileges.
 */
final class Training {
    private static final int SECTOR = 512;
    /** So much that the methods that hash and write get as hot as they will. */
    private static final int DISK_BYTES = 16 << 20;

    private static final int PARTITION_AT = 1 << 20;
    private static final int PARTITION_BYTES = 14 << 20;
    private static final int CONTENT_BYTES = 12 << 20;
    private static final int EROFS_MAGIC_AT = PARTITION_AT + 1024;
    /** Little-endian on disk, written big-endian. */
    private static final int EROFS_MAGIC = 0xE2E1F5E0;

    private static final Path NOWHERE = Path.of("/nonexistent/pullboot");

    private final Path root;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;

    private Training(Path root) throws IOException {
        this.root = root;
        this.console = Console.open(
                OutputStream.nullOutputStream(), file("dev/kmsg", ""), file("proc/sys/kernel/printk", "7\t4\t1\t7\n"));
        this.events = new ServerEvents();
        this.uptime = Uptime.read(file("proc/uptime", "1.00 1.00\n"));
    }

    /**
     * Runs the training and ends the process: with 0 when all of it went through.
     *
     * @param out is told how it went
     */
    static void main(OutputStream out) {
        Console console = Console.early(out);
        int status = 1;
        try {
            Path directory = Files.createTempDirectory("pullboot-train-");
            try {
                new Training(directory).run();
                console.step("trained");
                status = 0;
            } finally {
                SwitchRoot.deleteAllBelow(directory);
                Files.delete(directory);
            }
        } catch (IOException | AgentException | NetworkException | RuntimeException e) {
            console.failure("training failed: " + Failure.sentence(e));
            console.trace(e);
        }
        System.exit(status);
    }

    private void run() throws IOException, AgentException, NetworkException {
        settings();
        measurement();
        drivers();
        TrainingNetwork.run(root, console);
        download();
        root();
        TrainingDisk.run(root, console);
        systemCalls();
    }

    private Path file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void settings() throws IOException {
        file("proc/sys/debug/exception-trace", "1\n");
        KernelSettings kernel = new KernelSettings(root.resolve("proc/sys"));
        kernel.hideHandledFaults();
        kernel.allowManyMessages();
        kernel.takeLongTurns();
        kernel.restore();
        file("dmi/product_uuid", "4c4c4544-0051-3510-8050-b4c04f4d4e32\n");
        MachineId.read(root.resolve("dmi"));
        file("proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n");
        Boot.environment(System.getenv());
        FailureAction.parse("reboot-force");
    }

    private void measurement() throws IOException {
        file("sys/firmware/efi/efivars/StubPcrKernelImage-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", "____1_1_");
        new PhaseMeasurement(root, console).measure(PhaseMeasurement.ENTER);
        PhaseMeasurement.command(PhaseMeasurement.ENTER);
        file(".extra/profile", "ID=ram\n");
        StubFiles.keep(root);
    }

    private void drivers() throws IOException {
        file(
                "etc/pullboot/modules",
                "loop kernel/drivers/block/loop.ko\nvirtio_net kernel/drivers/net/virtio_net.ko loop\n");
        file("etc/pullboot/aliases", ":14* 17*\nvirtio:d00000001v* virtio_net\n");
        file("sys/bus/virtio/devices/virtio0/modalias", "virtio:d00000001v00001AF4\n");
        file("modules/kernel/drivers/block/loop.ko", "");
        ModuleLoader modules =
                new ModuleLoader(root.resolve("etc/pullboot"), root.resolve("modules"), new NoInserter());
        new Coldplug(root.resolve("sys/bus"), modules, console).run();
        Drivers drivers = new Drivers(modules, new Coldplug(root.resolve("sys/bus"), modules, console), console, true);
        drivers.start();
        drivers.stop();
        drivers.awaitEnd();
    }

    private void download() throws IOException, AgentException {
        byte[] image = compressed(disk());
        Map<String, byte[]> files = Map.of(
                "image.raw.zst",
                image,
                "tree.tar",
                tar(),
                "plan",
                "version=1\nboot=b1\n".getBytes(StandardCharsets.US_ASCII));
        try (TrainingServer server = TrainingServer.start(files)) {
            BootOrigin origin = new BootOrigin(server.url() + "/image.efi");
            ServerAddress.of(origin.url());
            KernelCommandLine line = commandLine(image, server.url());
            Settings settings = Settings.of(line);
            Settings.failureAction(line, console);
            Settings.debug(line);
            Origin.find(root.resolve("efivars"), Optional.of(origin), console);
            ServerTrust trust = Http.trust(root, settings.words());
            Puller http = Http.forEvents(root, trust);
            String url = BootPlan.url(origin, "g1", null, "52:54:00:12:34:56");
            Optional<byte[]> answer = http.fetch(url, BootPlan.LIMIT);
            BootPlan plan = BootPlan.parse(answer.orElseThrow());
            events.identify(plan.boot(), null, "52:54:00:12:34:56");
            events.add(BootEvent.of(Stage.STARTED).at(uptime.millis()));
            events.connect(origin, http);
            ImagePulls images = ImagePulls.parse(line.values("rd.systemd.pull"), origin);
            PullExpression rootImage = images.root(settings.root());
            Downloads downloads = new Downloads(root, settings.words(), trust, origin, plan, console, events, uptime);
            ImageDownloads all = new ImageDownloads(
                    downloads,
                    root,
                    images.without(Optional.of(rootImage)),
                    Settings.everyDownloadCounts(line),
                    console,
                    events,
                    uptime);
            all.root(rootImage, false);
            all.intoMemory();
            all.ontoRoot(root.resolve("sysroot"), false);
            downloads.pull(PullRequest.beside(
                    origin,
                    "tree.tar",
                    PullType.TAR,
                    root.resolve("run/tree"),
                    Verification.NO,
                    settings.words(),
                    plan));
            missing(downloads, origin, settings);
            events.flush(2000);
        }
    }

    /** A boot that fails should say so as quickly as one that works. */
    @SuppressWarnings("EmptyCatch")
    private void missing(Downloads downloads, BootOrigin origin, Settings settings) throws IOException, AgentException {
        PullRequest request = PullRequest.beside(
                origin,
                "missing.raw",
                PullType.RAW,
                root.resolve("run/missing"),
                Verification.NO,
                settings.words(),
                null);
        try {
            downloads.pull(request);
        } catch (PullException expected) {
            Failure.sentence(expected);
        }
    }

    private static KernelCommandLine commandLine(byte[] image, String url) {
        return KernelCommandLine.parse(
                "console=ttyS0 quiet ip=any root=gpt-auto rootflags=x-systemd.device-timeout=infinity "
                        + "rd.systemd.pull=raw,machine,verify=no,blockdev,bootorigin:rootdisk:image.raw.zst "
                        + "rd.pullboot.generation=g1 rd.pullboot.origin=" + url
                        + "/image.efi rd.pullboot.size=image.raw.zst:"
                        + DISK_BYTES + ":" + DISK_BYTES + " rd.pullboot.digest=image.raw.zst:sha256:"
                        + Sha256.of(Sha256.digester().digest(image)).hex());
    }

    /** A disk with a root partition, some of its bytes holes and most of them hard to compress. */
    private byte[] disk() throws IOException {
        Path file = root.resolve("disk");
        GptPartition partition = new GptPartition(
                1, Architecture.X86_64.root(), new UUID(1, 2), PARTITION_AT, PARTITION_BYTES, 0, "root");
        try (FileChannel disk =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            GptWriter.write(disk, DISK_BYTES, new Gpt(SECTOR, new UUID(3, 4), List.of(partition), false));
        }
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer content = ByteBuffer.wrap(bytes, PARTITION_AT + 4096, CONTENT_BYTES);
        for (int i = 1; content.remaining() >= Integer.BYTES; i = i * 1664525 + 1013904223) {
            content.putInt(i & 0x0f0f0f0f);
        }
        ByteBuffer.wrap(bytes).putInt(EROFS_MAGIC_AT, EROFS_MAGIC);
        return bytes;
    }

    private static byte[] compressed(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out, 3, 0)) {
            zstd.write(bytes, 0, bytes.length);
        }
        return out.toByteArray();
    }

    private static byte[] tar() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.directory("kernel".getBytes(StandardCharsets.US_ASCII))
                    .build());
        }
        return out.toByteArray();
    }

    private void root() throws IOException, AgentException {
        Path image = root.resolve("run/machines/rootdisk.raw");
        RootPart part = RootPart.find(image, RootOption.AUTOMATIC, Architecture.X86_64);
        console.step(part.fileSystem(image).kernelName());
        file("sysroot/usr/lib/systemd/systemd", "").toFile().setExecutable(true);
        Files.createDirectories(root.resolve("sysroot/sbin"));
        Files.createSymbolicLink(root.resolve("sysroot/sbin/init"), Path.of("../usr/lib/systemd/systemd"));
        InitProgram.candidates(root.resolve("sysroot"), Optional.empty());
        new KernelModuleTree(root.resolve("sysroot"), "6.1.0").isInImage();
        SwitchRoot.isInitramfs(Files.readString(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8));
        Memory.peakResident(Memory.SELF_STATUS);
        StageClock clock = new StageClock(0);
        clock.end("training", System.nanoTime());
        console.step(clock.toString());
    }

    /** All that a boot makes, with arguments that the kernel refuses. */
    private void systemCalls() throws LinuxException {
        ExtendedAttributes.copyLabels(root, root.resolve("sysroot"));
        String mounted = refused(() -> Mounts.mount("none", NOWHERE, "tmpfs", ""));
        String moved = refused(() -> Mounts.move(NOWHERE, NOWHERE));
        String attached = refused(() -> LoopDevice.attach(NOWHERE, "training", SECTOR));
        String mapped = refused(() -> DeviceMapper.open(NOWHERE));
        String loaded = refused(() -> KernelModules.load(NOWHERE, ""));
        String entered = refused(() -> InitProcess.changeDirectory(NOWHERE));
        String rooted = refused(() -> InitProcess.changeRoot(NOWHERE.toString()));
        InitProcess.umask(InitProcess.umask(022));
        InitProcess.unblockSignals();
        InitProcess.closeDescriptorsOnExecute();
        String executed = refused(() -> InitProcess.execute(NOWHERE.toString(), List.of("init"), List.of("HOME=/")));
        console.step(mounted + moved + attached + mapped + loaded + entered + rooted + executed);
    }

    private interface Call {
        void make() throws LinuxException;
    }

    private static String refused(Call call) {
        try {
            call.make();
            throw new IllegalStateException("the kernel takes what it should refuse");
        } catch (LinuxException expected) {
            return Failure.sentence(expected);
        }
    }

    private static final class NoInserter implements ModuleLoader.Inserter {
        @Override
        public boolean insert(Path file) {
            return true;
        }
    }
}
