package org.pullboot.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;

final class FleetTest {
    private static final String UKI = "os.efi";
    private static final String IMAGE = "os.raw";
    private static final String ADDRESS = "10.0.2.15";
    private static final String FIRMWARE = "UefiHttpBoot/1.0";
    private static final String SYSTEMD = "systemd-pull/262";

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock(Instant.parse("2026-06-01T12:00:00Z"));
    private Path state = Path.of("");
    private Fleet fleet;

    @BeforeEach
    void open() throws IOException {
        state = directory.resolve("state");
        fleet = Fleet.open(state, clock, FleetLimits.defaults());
        fleet.serve(Set.of("image"));
    }

    @AfterEach
    void close() throws IOException {
        fleet.close();
    }

    @Test
    void theStateIsReadableForItsOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("fleet.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aSecondServerOnTheSameStateIsRefused() {
        assertThatThrownBy(() -> Fleet.open(state, clock, FleetLimits.defaults()))
                .isInstanceOf(FleetException.class)
                .hasMessageContaining("another pullboot serve uses the state directory");
    }

    @Test
    void theIdOfAGenerationIsMadeFromItsContentAlone() {
        Sha256 digest = new Sha256("0".repeat(64));
        GenerationId one = GenerationId.of(Map.of("a", digest, "b", digest), "");

        assertThat(GenerationId.of(new TreeMap<>(Map.of("b", digest, "a", digest)), ""))
                .isEqualTo(one);
        assertThat(GenerationId.of(Map.of("a", digest, "c", digest), "")).isNotEqualTo(one);
        assertThat(GenerationId.of(Map.of("a", digest, "b", digest), "quiet")).isNotEqualTo(one);
        // printf 'a 000…\nb 000…\n' | sha256sum
        assertThat(one.hex()).isEqualTo("2a33a3129bcf95bf");
    }

    @Test
    void aBootKeepsItsGenerationWhenTheImageIsRebuilt() throws IOException {
        publish("one");
        Boot boot = boot(get(FIRMWARE, true, UKI));
        publish("two");

        assertThat(text(get(SYSTEMD, false, IMAGE))).isEqualTo("image one");
        assertThat(boot(get(FIRMWARE, false, UKI))).extracting(Boot::id).isEqualTo(boot.id());
        assertThat(text(fleet.find(visit("10.0.2.16", SYSTEMD, false, null), IMAGE)))
                .isEqualTo("image two");
    }

    @Test
    void theNextPowerOnAtAnAddressGetsTheNewestGeneration() throws IOException {
        publish("one");
        fetchUki();
        publish("two");

        assertThat(text(get(FIRMWARE, true, UKI))).isEqualTo("uki two");
        assertThat(text(get(SYSTEMD, false, IMAGE))).isEqualTo("image two");
    }

    @Test
    void aHeadBeforeTheFileAndAResumeAfterItAreOnePowerOn() throws IOException {
        publish("one");
        Boot boot = boot(get(FIRMWARE, true, UKI));
        publish("two");

        assertThat(boot(get(FIRMWARE, true, UKI)).id()).isEqualTo(boot.id());
        assertThat(boot(get(FIRMWARE, false, UKI)).id()).isEqualTo(boot.id());
        Answer resumed = fleet.find(new Visit(ADDRESS, FIRMWARE, false, true, null), UKI);
        assertThat(boot(resumed).id()).isEqualTo(boot.id());
        assertThat(text(resumed)).isEqualTo("uki one");
    }

    @Test
    void aHeadAfterTheFileWasAskedForIsTheNextPowerOn() throws IOException {
        publish("one");
        Boot boot = boot(get(FIRMWARE, true, UKI));
        close(get(FIRMWARE, false, UKI));

        assertThat(boot(get(FIRMWARE, true, UKI)).id()).isNotEqualTo(boot.id());
    }

    @Test
    void anEntityTagLeadsToTheBootThatHasTheseBytes() throws IOException {
        Generation one = publish("one");
        Boot first = boot(get(FIRMWARE, true, UKI));
        close(get(FIRMWARE, false, UKI));
        publish("two");
        Boot second = boot(get(FIRMWARE, true, UKI));
        String tag = one.artifact(UKI).orElseThrow().entityTag();

        Answer resumed = fleet.find(new Visit(ADDRESS, FIRMWARE, false, true, tag), UKI);

        assertThat(second.generation()).isNotEqualTo(first.generation());
        assertThat(boot(resumed).id()).isEqualTo(first.id());
        assertThat(text(resumed)).isEqualTo("uki one");
    }

    @Test
    void aSilentBootIsOver() throws IOException {
        publish("one");
        fetchUki();
        publish("two");
        clock.advance(Duration.ofMinutes(16));

        assertThat(text(get(SYSTEMD, false, IMAGE))).isEqualTo("image two");
    }

    @Test
    void aBootWithATransferUnderWayIsNotSilent() throws IOException {
        publish("one");
        fetchUki();
        OpenArtifact slow = found(get(SYSTEMD, false, IMAGE));
        publish("two");
        clock.advance(Duration.ofHours(3));

        assertThat(text(get(SYSTEMD, false, IMAGE))).isEqualTo("image one");
        slow.close();
    }

    @Test
    void aNamedGenerationIsServedWhateverTheAddressBooted() throws IOException {
        Generation one = publish("one");
        publish("two");
        fetchUki();

        assertThat(text(fleet.find(visit(ADDRESS, "pullboot/1", false, null), one.id(), IMAGE)))
                .isEqualTo("image one");
    }

    @Test
    void aPinnedBootIsNotGivenANewerFileThatItsGenerationLacks() throws IOException {
        publish("one");
        fetchUki();
        publish("two", "os.roothash");

        assertThat(get(SYSTEMD, false, "os.roothash")).isInstanceOf(Answer.Absent.class);
        close(fleet.find(visit("10.0.2.16", SYSTEMD, false, null), "os.roothash"));
    }

    @Test
    void otherSourcesStayVisibleToAPinnedBoot() throws IOException {
        fleet.serve(Set.of("image", "other"));
        publish("one");
        fleet.publish(draft("other", "x", "other.raw"));
        fetchUki();

        assertThat(text(get(SYSTEMD, false, "other.raw"))).isEqualTo("other x");
    }

    @Test
    void whatIsNotServedAnyMoreHasNoPlainName() throws IOException {
        publish("one");
        fleet.serve(Set.of("another"));

        assertThat(get(SYSTEMD, false, IMAGE)).isInstanceOf(Answer.Absent.class);
    }

    @Test
    void generationsAndPinsOutliveARestart() throws IOException {
        Generation one = publish("one");
        Boot boot = boot(get(FIRMWARE, true, UKI));
        close(get(FIRMWARE, false, UKI));
        publish("two");
        reopen();

        Answer answer = get(SYSTEMD, false, IMAGE);

        assertThat(boot(answer).id()).isEqualTo(boot.id());
        assertThat(text(answer)).isEqualTo("image one");
        assertThat(fleet.generation(one.id())).contains(one);
    }

    @Test
    void aGenerationWhoseFileWasWrittenInPlaceDoesNotOutliveARestart() throws IOException {
        Generation one = publish("one");
        Files.writeString(directory.resolve(IMAGE), "IMAGE");
        reopen();

        assertThat(fleet.generation(one.id())).isEmpty();
    }

    @Test
    void twoGenerationsAndThoseOfBootsUnderWayAreKept() throws IOException {
        Generation one = publish("one");
        fetchUki();
        Generation two = publish("two");
        Generation three = publish("three");
        Generation four = publish("four");

        assertThat(fleet.generations()).containsExactly(one, three, four);
        clock.advance(Duration.ofHours(1));
        fleet.tidy();
        assertThat(fleet.generations()).containsExactly(three, four);
        assertThat(fleet.generation(two.id())).isEmpty();
        try (var blobs = Files.list(state.resolve("blobs"))) {
            assertThat(blobs.count()).isEqualTo(4);
        }
    }

    @Test
    void aReaderKeepsItsFileWhenTheGenerationIsRemoved() throws IOException {
        publish("one");
        OpenArtifact reader = found(get("curl", false, IMAGE));
        publish("two");
        publish("three");

        assertThat(read(reader)).isEqualTo("image one");
        reader.close();
    }

    @Test
    void differentBytesOfOneNameNeverHaveTheSameLastModified() throws IOException {
        FileTime epoch = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Instant one = publishedAt("one", epoch);
        Instant two = publishedAt("two", epoch);

        assertThat(one).isEqualTo(epoch.toInstant());
        assertThat(two).isEqualTo(one.plusSeconds(1));
        assertThat(publishedAt("two", epoch)).isEqualTo(two);
        assertThat(publishedAt("far", FileTime.from(Instant.parse("2040-01-01T00:00:00Z"))))
                .isEqualTo(clock.instant());
    }

    @Test
    void theSameContentPublishedAgainIsTheSameGeneration() throws IOException {
        Generation one = publish("one");
        Generation two = publish("two");
        Generation again = publish("one");

        assertThat(again.id()).isEqualTo(one.id());
        assertThat(fleet.newest()).extracting(Generation::id).containsExactly(one.id());
        assertThat(fleet.generations()).extracting(Generation::id).containsExactly(two.id(), one.id());
    }

    @Test
    void aFileThatChangedWhileItWasHashedIsNotPublished() throws IOException {
        Generation one = publish("one");
        Draft draft = draft("image", "two", IMAGE);
        Files.writeString(directory.resolve(IMAGE), "something else");

        assertThatThrownBy(() -> fleet.publish(draft))
                .isInstanceOf(FileChangedException.class)
                .hasMessage("the file changed while it was published: publish it again");
        assertThat(fleet.newest()).containsExactly(one);
    }

    @Test
    void aWithdrawnFileIsNotServedUntilItIsPublishedAgain() throws IOException {
        publish("one");
        OpenArtifact reader = found(get("curl", false, IMAGE));
        reader.withdraw();
        reader.close();

        Answer gone = get("curl", false, IMAGE);
        assertThat(gone).isInstanceOf(Answer.Withdrawn.class);
        assertThat(((Answer.Withdrawn) gone).superseded()).isFalse();
        publish("one");
        assertThat(text(get("curl", false, IMAGE))).isEqualTo("image one");
    }

    @Test
    void aPlanAttachesTheMachineToTheBootItsFirmwareStarted() throws IOException {
        Generation one = publish("one");
        Boot started = fetchUki();
        MachineName machine = MachineName.of("4C4C4544-0042-3510-8052-B4C04F4D3132", "52:54:00:12:34:56");

        Boot planned = fleet.plan(ADDRESS, one.id(), machine).orElseThrow();

        assertThat(planned.id()).isEqualTo(started.id());
        assertThat(planned.machine()).isEqualTo("4c4c4544-0042-3510-8052-b4c04f4d3132");
        assertThat(fleet.plan(ADDRESS, one.id(), machine).orElseThrow().id()).isEqualTo(started.id());
        assertThat(fleet.plan(ADDRESS, new GenerationId("0123456789abcdef"), machine))
                .isEmpty();
    }

    @Test
    void severalMachinesBehindOneAddressHaveABootEach() throws IOException {
        Generation one = publish("one");
        Boot first = fetchUki();
        Boot second = fetchUki();

        Boot a = fleet.plan(ADDRESS, one.id(), MachineName.of(null, "52:54:00:00:00:01"))
                .orElseThrow();
        Boot b = fleet.plan(ADDRESS, one.id(), MachineName.of(null, "52:54:00:00:00:02"))
                .orElseThrow();
        Boot c = fleet.plan(ADDRESS, one.id(), MachineName.of(null, "52:54:00:00:00:03"))
                .orElseThrow();

        assertThat(List.of(a.id(), b.id())).containsExactly(first.id(), second.id());
        assertThat(c.id()).isNotIn(a.id(), b.id());
    }

    @Test
    void reportsAreKeptAsTheStepsOfTheBoot() throws IOException {
        Generation one = publish("one");
        MachineName machine = MachineName.of(null, "52:54:00:12:34:56");
        Boot boot = fleet.plan(ADDRESS, one.id(), machine).orElseThrow();
        fleet.report(new StageReport(boot.id(), machine, ADDRESS, "network", 2100, null));
        fleet.report(new StageReport(boot.id(), machine, ADDRESS, "download", 2500, null));
        fleet.report(new StageReport(boot.id(), machine, ADDRESS, "download", 2600, null));
        fleet.report(new StageReport(boot.id(), machine, ADDRESS, "failed", 9000, "no memory"));

        try (FleetHistory history = FleetHistory.open(state)) {
            assertThat(history.stages(boot.id()))
                    .extracting(BootStage::stage)
                    .containsExactly("firmware", "network", "download", "failed");
            assertThat(history.boots(10)).singleElement().satisfies(seen -> {
                assertThat(seen.stage()).isEqualTo(Boot.FAILED);
                assertThat(seen.message()).isEqualTo("no memory");
            });
            assertThat(history.machines()).singleElement().satisfies(seen -> {
                assertThat(seen.id()).isEqualTo("mac-52:54:00:12:34:56");
                assertThat(seen.boots()).isEqualTo(1);
            });
        }
    }

    @Test
    void oneAddressCannotStartBootsWithoutEnd() throws IOException {
        publish("one");
        for (int i = 0; i < 300; i++) {
            close(get(FIRMWARE, true, UKI));
            close(get(FIRMWARE, false, UKI));
        }

        assertThat(fleet.active()).hasSize(256);
        assertThat(text(get(FIRMWARE, false, UKI))).isEqualTo("uki one");
    }

    @Test
    void aBootThatTellsNothingIsKnownToDownloadByWhatItFetches() throws IOException {
        publish("one");
        Boot boot = fetchUki();
        close(get(SYSTEMD, false, IMAGE));

        try (FleetHistory history = FleetHistory.open(state)) {
            assertThat(history.stages(boot.id())).extracting(BootStage::stage).containsExactly("firmware", "download");
        }
    }

    @Test
    void aStateThatCannotBeWrittenStopsNoBoot() throws IOException {
        publish("one");
        try (Handle other = Jdbi.open("jdbc:sqlite:" + state.resolve("fleet.db"))) {
            other.execute("DROP TABLE boot_stage");
            other.execute("ALTER TABLE boot RENAME TO elsewhere");
        }

        assertThat(text(get(FIRMWARE, true, UKI))).isEqualTo("uki one");
        publish("two");
        assertThat(text(get(SYSTEMD, false, IMAGE))).isEqualTo("image one");
    }

    @Test
    void aDatabaseThatIsNoneIsNamed() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("fleet.db"), "this is no database, but long enough to be taken for one");

        assertThatThrownBy(() -> Fleet.open(other, clock, FleetLimits.defaults()))
                .isInstanceOf(FleetException.class)
                .hasMessageContaining("move it away");
    }

    @Test
    void aMachineThatBootsAgainEndsItsFormerBoot() throws IOException {
        Generation one = publish("one");
        MachineName machine = MachineName.of(null, "52:54:00:12:34:56");
        fetchUki();
        Boot first = fleet.plan(ADDRESS, one.id(), machine).orElseThrow();
        fetchUki();
        Boot second = fleet.plan(ADDRESS, one.id(), machine).orElseThrow();

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(fleet.active()).extracting(Boot::id).containsExactly(second.id());
    }

    @Test
    void anUnknownBootReportsNothing() throws IOException {
        publish("one");

        assertThat(fleet.report(new StageReport("nobody", MachineName.of(null, null), ADDRESS, "root", 1, null)))
                .isEmpty();
    }

    @Test
    void placeholderUuidsNameNoMachine() {
        assertThat(MachineName.of("00000000-0000-0000-0000-000000000000", null).id())
                .isNull();
        assertThat(MachineName.of("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "52:54:00:12:34:56")
                        .id())
                .isEqualTo("mac-52:54:00:12:34:56");
        assertThat(MachineName.of("'; DROP TABLE machine; --", "x").id()).isNull();
    }

    private void reopen() throws IOException {
        fleet.close();
        fleet = Fleet.open(state, clock, FleetLimits.defaults());
        fleet.serve(Set.of("image"));
    }

    private Boot fetchUki() {
        close(get(FIRMWARE, true, UKI));
        OpenArtifact uki = found(get(FIRMWARE, false, UKI));
        uki.delivered();
        uki.close();
        return Optional.ofNullable(uki.boot()).orElseThrow();
    }

    private Instant publishedAt(String version, FileTime time) throws IOException {
        Path file = write(IMAGE, "image " + version);
        Files.setLastModifiedTime(file, time);
        Draft.File hashed = hash(IMAGE, file);
        GenerationId id = GenerationId.of(Map.of(IMAGE, hashed.digest()), "");
        Generation generation = fleet.publish(new Draft(id, "image", List.of(hashed)));
        return generation.artifact(IMAGE).orElseThrow().lastModified();
    }

    private Generation publish(String version, String... more) throws IOException {
        List<String> names = new ArrayList<>(List.of(UKI, IMAGE));
        names.addAll(List.of(more));
        return fleet.publish(draft("image", version, names.toArray(String[]::new)));
    }

    private Draft draft(String source, String version, String... names) throws IOException {
        List<Draft.File> files = new ArrayList<>();
        Map<String, Sha256> digests = new TreeMap<>();
        for (String name : names) {
            String kind = name.equals(UKI) ? "uki" : source;
            Draft.File file = hash(name, write(name, kind + " " + version));
            files.add(file);
            digests.put(name, file.digest());
        }
        return new Draft(GenerationId.of(digests, ""), source, files);
    }

    /** Writes as a careful build does: a new file, renamed over the old one. */
    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Path next = Files.writeString(directory.resolve(name + ".new"), content);
        return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Draft.File hash(String name, Path file) throws IOException {
        FileHandle handle = FileHandle.open(file);
        MessageDigest digester = Sha256.digester();
        Sha256 digest = Sha256.of(digester.digest(Files.readAllBytes(file)));
        Artifact.Role role = name.endsWith(".efi") ? Artifact.Role.UKI : Artifact.Role.IMAGE;
        return new Draft.File(
                name, role, "application/octet-stream", digest, FileIdentity.of(handle.status()), handle, file);
    }

    private static Visit visit(String address, String agent, boolean head, @Nullable String tag) {
        return new Visit(address, agent, head, false, tag);
    }

    private Answer get(String agent, boolean head, String name) {
        return fleet.find(visit(ADDRESS, agent, head, null), name);
    }

    private static OpenArtifact found(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Found.class);
        return ((Answer.Found) answer).artifact();
    }

    private static Boot boot(Answer answer) {
        OpenArtifact artifact = found(answer);
        artifact.close();
        return Optional.ofNullable(artifact.boot()).orElseThrow();
    }

    private static void close(Answer answer) {
        found(answer).close();
    }

    private static String text(Answer answer) throws IOException {
        try (OpenArtifact artifact = ((Answer.Found) answer).artifact()) {
            return read(artifact);
        }
    }

    private static String read(OpenArtifact artifact) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) artifact.artifact().size());
        artifact.file().channel().read(bytes, 0);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    @Test
    void aFileWrittenInPlaceIsChangedAndARenamedOneIsNot() throws IOException {
        publish("one");
        try (OpenArtifact artifact = found(get("curl", false, IMAGE))) {
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.INTACT);
            write(IMAGE, "image two");
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.INTACT);
        }
        publish("three");
        try (OpenArtifact artifact = found(get("curl", false, IMAGE))) {
            Path file = directory.resolve(IMAGE);
            FileTime before = Files.getLastModifiedTime(file);
            Files.move(file, directory.resolve("moved"));
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.UNSURE);
            assertThat(artifact.file().recheck(Runnable::run).join()).isTrue();
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.INTACT);

            Files.writeString(directory.resolve("moved"), "IMAGE", StandardOpenOption.WRITE);
            Files.setLastModifiedTime(directory.resolve("moved"), before);
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.UNSURE);
            assertThat(artifact.file().recheck(Runnable::run).join()).isFalse();

            Files.writeString(directory.resolve("moved"), "image");
            assertThat(artifact.file().condition()).isEqualTo(ArtifactFile.Condition.CHANGED);
        }
    }

    @Test
    void volumesAreFoundAgainAndKeepTheirGeneration() throws IOException {
        Generation first = publish("one");
        VolumeRecord.Base base = new VolumeRecord.Base(
                first.id(), IMAGE, first.artifact(IMAGE).orElseThrow().digest());
        VolumeRecord volume = new VolumeRecord(
                "v1",
                VolumeRecord.Purpose.ROOT,
                VolumeRecord.Lifetime.MACHINE,
                "nqn.host",
                "nqn.subsystem",
                UUID.randomUUID(),
                base,
                "boot-1",
                clock.instant(),
                Instant.EPOCH);
        fleet.keep(volume, true);
        for (String content : List.of("two", "three", "four", "five")) {
            clock.advance(Duration.ofHours(1));
            publish(content);
        }
        fleet.tidy();
        reopen();

        assertThat(fleet.volumes()).containsExactly(volume);
        try (OpenArtifact open = fleet.open(first.id(), IMAGE).orElseThrow()) {
            assertThat(open.artifact().digest()).isEqualTo(base.digest());
        }

        fleet.forget(volume);

        assertThat(fleet.volumes()).isEmpty();
        assertThat(fleet.generation(first.id())).isEmpty();
    }
}
