package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.Draft;
import org.pullboot.fleet.FileIdentity;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.FleetLimits;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.GenerationId;
import org.pullboot.fleet.MachineName;
import org.pullboot.fleet.StageReport;
import org.pullboot.image.Compression;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;
import org.pullboot.nvme.Export;
import org.pullboot.nvme.Host;
import org.pullboot.nvme.Namespace;
import org.pullboot.nvme.RefusedException;
import org.pullboot.nvme.RefusedException.Reason;
import org.pullboot.nvme.TlsMode;
import org.pullboot.serve.DiskOptions.OnNewImage;
import org.pullboot.serve.DiskOptions.Persistence;

final class DisksTest {
    private static final String SUBSYSTEM = "nqn.2026-11.org.pullboot:os";
    private static final UUID MACHINE = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final Host HOST =
            new Host("nqn.2014-08.org.nvmexpress:uuid:" + MACHINE, MACHINE, InetAddress.getLoopbackAddress());
    private static final Host STRANGER =
            new Host("nqn.2014-08.org.example:stranger", UUID.randomUUID(), InetAddress.getLoopbackAddress());
    private static final int BYTES = 64 << 10;

    @TempDir
    Path directory;

    private final List<ServeEvent> told = new CopyOnWriteArrayList<>();
    private Events events;
    private Fleet fleet;
    private BaseStore bases;
    private OpenVolumes volumes;
    private Disks disks;
    private DiskOptions options = options(Persistence.NONE, OnNewImage.ASK);

    @BeforeEach
    void open() throws IOException {
        Path state = directory.resolve("state");
        events = new Events(told::add, System::nanoTime);
        fleet = Fleet.open(state, Clock.systemUTC(), FleetLimits.defaults());
        fleet.serve(Set.of("image"));
        bases = BaseStore.open(state.resolve("bases"));
        volumes = OpenVolumes.open(state.resolve("volumes"), bases, fleet.volumes(), Clock.systemUTC());
        disks = new Disks(
                options,
                fleet,
                bases,
                volumes,
                ServerKey.open(state.resolve("key"), new SecureRandom()),
                events,
                Clock.systemUTC());
        disks.ready();
    }

    @AfterEach
    void close() throws IOException {
        volumes.close();
        fleet.close();
        events.close();
    }

    private void restart() throws IOException {
        close();
        told.clear();
        open();
    }

    @Test
    void aHostThatJustConnectsGetsTheNewestImage() throws Exception {
        publish("old");
        publish("new");

        assertThat(disks.visibleTo(STRANGER)).containsExactly(SUBSYSTEM);
        try (Export export = disks.open(SUBSYSTEM, STRANGER)) {
            assertThat(export.authentication()).isEmpty();
            assertThat(text(root(export))).isEqualTo("new");
        }
    }

    @Test
    void aBootGetsTheImageThatItIsPinnedTo() throws Exception {
        Generation old = publish("old");
        boot(old);
        publish("new");

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("old");
        }
    }

    @Test
    void aHostThatComesBackInItsBootHasWhatItWroteAlsoFromANewServer() throws Exception {
        Generation generation = publish("base");
        boot(generation);
        UUID uuid;
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            uuid = root(export).uuid();
            write(root(export), "mine");
        }
        restart();

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("mine");
            assertThat(root(export).uuid()).isEqualTo(uuid);
        }
    }

    @Test
    void theNextBootStartsAnewUnlessVolumesAreKept() throws Exception {
        Generation generation = publish("base");
        boot(generation);
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            write(root(export), "mine");
        }
        boot(generation);

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("base");
        }
        assertThat(fleet.volumes()).hasSize(1);
    }

    @Test
    void aKeptVolumeIsThereInTheNextBoot() throws Exception {
        options = options(Persistence.MACHINE, OnNewImage.ASK);
        restart();
        Generation generation = publish("base");
        boot(generation);
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            write(root(export), "mine");
        }
        restart();
        boot(generation);

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("mine");
        }
    }

    @Test
    void aKeptVolumeStaysOverItsImageUntilTheUserSaysOtherwise() throws Exception {
        options = options(Persistence.MACHINE, OnNewImage.ASK);
        restart();
        boot(publish("old"));
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            write(root(export), "mine");
        }
        for (String version : List.of("newer", "newest", "last")) {
            boot(publish(version));
        }
        disks.tidy();

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("mine");
        }
        String id = fleet.volumes().getFirst().id();
        awaitTold("kept", "pullboot volume reset " + id);

        new VolumeDesk(fleet, bases, volumes).run(List.of("reset", id));

        boot(fleet.newest().getFirst());
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("last");
        }
    }

    @Test
    void aKeptVolumeIsResetByANewerImageWhenTheUserWantsThat() throws Exception {
        options = options(Persistence.MACHINE, OnNewImage.RESET);
        restart();
        boot(publish("old"));
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            write(root(export), "mine");
        }
        boot(publish("new"));

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("new");
        }
        awaitTold("reset", "as --on-new-image says");
    }

    @Test
    void aVolumeInUseIsNotResetUnderItsMachine() throws Exception {
        boot(publish("base"));
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            root(export);
            VolumeDesk desk = new VolumeDesk(fleet, bases, volumes);
            String id = fleet.volumes().getFirst().id();

            assertThatThrownBy(() -> desk.run(List.of("reset", id)))
                    .isInstanceOf(ServeException.class)
                    .hasMessageContaining("in use by " + MACHINE);
            assertThat(desk.run(List.of("list"))).singleElement().satisfies(row -> {
                VolumeInfo info = VolumeDesk.info(row);
                assertThat(info.host()).isEqualTo(MACHINE.toString());
                assertThat(info.connectedSince()).isNotNull();
                assertThat(info.size()).isEqualTo(BYTES);
                assertThat(info.image()).isEqualTo("os.raw");
            });
        }
    }

    @Test
    void eachMachineKeepsADataVolumeBesideItsRoot() throws Exception {
        options = new DiskOptions(
                loopback(),
                Optional.empty(),
                Persistence.NONE,
                OnNewImage.ASK,
                false,
                null,
                TlsMode.OFF,
                false,
                false,
                8192,
                0);
        restart();
        Generation generation = publish("base");
        boot(generation);
        UUID uuid;
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(export.namespaces()).extracting(Namespace::id).containsExactly(1, 2);
            Namespace data = export.namespaces().get(1);
            uuid = data.uuid();
            assertThat(data.device().size()).isEqualTo(8192);
            write(data, "kept");
        }
        boot(generation);

        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(text(root(export))).isEqualTo("base");
            assertThat(text(export.namespaces().get(1))).isEqualTo("kept");
            assertThat(export.namespaces().get(1).uuid()).isEqualTo(uuid);
        }
    }

    @Test
    void withoutABootThereIsNoDiskWhenOneIsRequired() throws Exception {
        options = new DiskOptions(
                loopback(),
                Optional.empty(),
                Persistence.NONE,
                OnNewImage.ASK,
                true,
                null,
                TlsMode.OFF,
                false,
                false,
                0,
                0);
        restart();
        Generation generation = publish("base");

        assertThat(refusal(HOST)).isEqualTo(Reason.HOST_NOT_ALLOWED);
        boot(generation);
        disks.open(SUBSYSTEM, HOST).close();
    }

    @Test
    void hostsThatAreNotListedSeeAndGetNothing() throws Exception {
        HostList hosts = HostList.read(Files.writeString(directory.resolve("hosts"), HOST.nqn() + "\n"));
        options = new DiskOptions(
                loopback(),
                Optional.empty(),
                Persistence.NONE,
                OnNewImage.ASK,
                false,
                hosts,
                TlsMode.OFF,
                false,
                false,
                0,
                0);
        restart();
        publish("base");

        assertThat(disks.visibleTo(STRANGER)).isEmpty();
        assertThat(refusal(STRANGER)).isEqualTo(Reason.HOST_NOT_ALLOWED);
        disks.open(SUBSYSTEM, HOST).close();
    }

    @Test
    void aBootProvesItselfByASecretThatNoOtherBootHas() throws Exception {
        options = new DiskOptions(
                loopback(),
                Optional.empty(),
                Persistence.NONE,
                OnNewImage.ASK,
                false,
                null,
                TlsMode.OFF,
                true,
                false,
                0,
                0);
        restart();
        Generation generation = publish("base");
        Boot first = boot(generation);
        var planned = disks.keys(first.id());
        assertThat(planned).isPresent();
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            root(export);
            assertThat(export.authentication()).isEqualTo(planned);
        }
        restart();
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            assertThat(export.authentication()).isEqualTo(planned);
        }
        assertThat(disks.keys("another")).isNotEqualTo(planned);
        try (Export export = disks.open(SUBSYSTEM, STRANGER)) {
            assertThat(export.authentication()).isPresent().isNotEqualTo(planned);
        }
    }

    @Test
    void aServerThatIsStartingAsksHostsToWait() throws Exception {
        assertThat(refusal(HOST)).isEqualTo(Reason.UNKNOWN_SUBSYSTEM);

        Disks starting = new Disks(
                options,
                fleet,
                bases,
                volumes,
                ServerKey.open(directory.resolve("key"), new SecureRandom()),
                events,
                Clock.systemUTC());

        assertThatThrownBy(() -> starting.open(SUBSYSTEM, HOST))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_NOW));
    }

    @Test
    void aDiskWhoseImageIsOverwrittenInPlaceIsTakenAway() throws Exception {
        publish("base");
        try (Export export = disks.open(SUBSYSTEM, HOST)) {
            Namespace root = root(export);
            assertThat(volumes.revokeOverwritten()).isEmpty();
            byte[] bytes = Files.readAllBytes(directory.resolve("os.raw"));
            bytes[0] ^= 1;
            Files.write(directory.resolve("os.raw"), bytes);

            assertThat(volumes.revokeOverwritten()).hasSize(1);
            assertThatThrownBy(() -> text(root)).isInstanceOf(IOException.class).hasMessageContaining("in place");
        }
    }

    @Test
    void basesThatNobodyNeedsAreRemoved() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish("version " + i);
        }
        disks.tidy();

        try (var files = Files.list(directory.resolve("state/bases"))) {
            assertThat(files).hasSize(fleet.generations().size());
        }
    }

    private static DiskOptions options(Persistence persistence, OnNewImage onNewImage) {
        return new DiskOptions(
                loopback(), Optional.empty(), persistence, onNewImage, false, null, TlsMode.OFF, false, false, 0, 0);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private @Nullable Reason refusal(Host host) {
        try {
            disks.open(SUBSYSTEM, host).close();
            return null;
        } catch (RefusedException e) {
            return e.reason();
        }
    }

    /** Publishes an image that begins with this text. */
    private Generation publish(String text) throws IOException {
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), BYTES);
        Path next = Files.write(directory.resolve("next"), bytes);
        Path file = Files.move(next, directory.resolve("os.raw"), StandardCopyOption.REPLACE_EXISTING);
        FileHandle handle = FileHandle.open(file);
        Sha256 digest = Sha256.of(Sha256.digester().digest(bytes));
        bases.prepare(handle, digest, Compression.NONE, "os.raw", () -> {});
        Draft.File image = new Draft.File(
                "os.raw",
                Artifact.Role.IMAGE,
                "application/octet-stream",
                digest,
                FileIdentity.of(handle.status()),
                handle,
                file);
        Generation generation =
                fleet.publish(new Draft(GenerationId.of(Map.of("os.raw", digest), ""), "image", List.of(image)));
        bases.published();
        return generation;
    }

    /** The machine powers on, gets this generation, and asks for its plan. */
    private Boot boot(Generation generation) {
        fleet.active()
                .forEach(boot -> fleet.report(
                        new StageReport(boot.id(), MachineName.of(null, null), "10.0.0.1", Boot.SWITCH_ROOT, 1, null)));
        return fleet.plan("10.0.0.1", generation.id(), MachineName.of(MACHINE.toString(), null))
                .orElseThrow();
    }

    private static Namespace root(Export export) throws IOException {
        return export.namespaces().getFirst();
    }

    private static String text(Namespace namespace) throws IOException {
        ByteBuffer sector = ByteBuffer.allocateDirect(512);
        namespace.device().read(sector, 0);
        byte[] bytes = new byte[512];
        sector.flip().get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII).replace("\0", "");
    }

    private static void write(Namespace namespace, String text) throws IOException {
        ByteBuffer sector = ByteBuffer.allocateDirect(512);
        sector.put(text.getBytes(StandardCharsets.US_ASCII)).rewind();
        namespace.device().write(sector, 0);
        namespace.device().settle();
    }

    private void awaitTold(String what, String message) {
        await().untilAsserted(() -> assertThat(told)
                .anyMatch(event -> event instanceof ServeEvent.Disk disk
                        && disk.what().equals(what)
                        && disk.message() != null
                        && disk.message().contains(message)));
    }
}
