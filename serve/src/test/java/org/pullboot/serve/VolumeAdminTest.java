package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.FleetLimits;
import org.pullboot.fleet.VolumeRecord;

final class VolumeAdminTest {
    private static final int BYTES = 16 << 10;
    private static final VolumeRecord VOLUME = new VolumeRecord(
            "data-1",
            VolumeRecord.Purpose.DATA,
            VolumeRecord.Lifetime.MACHINE,
            "nqn.host",
            "nqn.subsystem",
            UUID.randomUUID(),
            null,
            null,
            Instant.EPOCH,
            Instant.EPOCH);

    @TempDir
    Path directory;

    private Path state = Path.of("");
    private @Nullable Server server;

    /** As much of a server as has volumes. */
    private record Server(Fleet fleet, OpenVolumes volumes, Events events, AdminSocket socket)
            implements AutoCloseable {
        static Server start(Path state) throws IOException {
            Fleet fleet = Fleet.open(state, Clock.systemUTC(), FleetLimits.defaults());
            BaseStore bases = BaseStore.open(state.resolve("bases"));
            OpenVolumes volumes = OpenVolumes.open(state.resolve("volumes"), bases, fleet.volumes(), Clock.systemUTC());
            Events events = new Events(event -> {}, System::nanoTime);
            AdminSocket socket =
                    AdminSocket.start(state.resolve(VolumeAdmin.SOCKET), new VolumeDesk(fleet, bases, volumes), events);
            return new Server(fleet, volumes, events, socket);
        }

        @Override
        public void close() throws IOException {
            socket.close();
            volumes.close();
            fleet.close();
            events.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        state = directory.resolve("state");
        server = Server.start(state);
        server.fleet().keep(VOLUME, true);
        server.volumes().create(VOLUME, BYTES, Long.MAX_VALUE);
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private Server server() {
        return Objects.requireNonNull(server);
    }

    @Test
    void aRunningServerAnswers() throws IOException {
        try (OpenVolumes.Lease lease = server().volumes().lease(VOLUME)) {
            write(lease, 1);
            try (VolumeAdmin admin = VolumeAdmin.open(state)) {
                admin.snapshot("data-1", "before");
                write(lease, 2);

                assertThat(admin.list()).singleElement().satisfies(volume -> {
                    assertThat(volume.id()).isEqualTo("data-1");
                    assertThat(volume.size()).isEqualTo(BYTES);
                    assertThat(volume.written()).isPositive();
                    assertThat(volume.snapshots()).containsExactly("before");
                    assertThat(volume.connectedSince()).isNotNull();
                    assertThat(volume.image()).isNull();
                });
                assertThatThrownBy(() -> admin.rollback("data-1", "before"))
                        .isInstanceOf(ServeException.class)
                        .hasMessageContaining("in use");
                assertThatThrownBy(() -> admin.snapshot("data-1", "before")).isInstanceOf(ServeException.class);
                assertThatThrownBy(() -> admin.delete("another"))
                        .isInstanceOf(ServeException.class)
                        .hasMessageContaining("there is no volume another");
            }
        }
    }

    @Test
    void aRunningDiskIsCopiedAsItIsAtOneInstant() throws IOException {
        Path image = directory.resolve("image.raw");
        try (OpenVolumes.Lease lease = server().volumes().lease(VOLUME);
                VolumeAdmin admin = VolumeAdmin.open(state)) {
            write(lease, 7);
            admin.promote("data-1", image);

            assertThat(admin.list().getFirst().snapshots()).isEmpty();
        }
        assertThat(Files.readAllBytes(image)).hasSize(BYTES).startsWith(content(7));
    }

    @Test
    void withoutAServerTheFilesAreUsed() throws IOException {
        try (OpenVolumes.Lease lease = server().volumes().lease(VOLUME)) {
            write(lease, 1);
        }
        stop();

        try (VolumeAdmin admin = VolumeAdmin.open(state)) {
            admin.snapshot("data-1", "one");
            assertThat(admin.check("data-1")).isEmpty();
            admin.reset("data-1");
            assertThat(admin.list().getFirst().written()).isZero();
            admin.delete("data-1");
            assertThat(admin.list()).isEmpty();
        }
        assertThat(state.resolve("volumes/data-1")).doesNotExist();
    }

    @Test
    void aSnapshotIsGoneBackTo() throws IOException {
        try (OpenVolumes.Lease lease = server().volumes().lease(VOLUME)) {
            write(lease, 1);
        }
        try (VolumeAdmin admin = VolumeAdmin.open(state)) {
            admin.snapshot("data-1", "one");
            try (OpenVolumes.Lease lease = server().volumes().lease(VOLUME)) {
                write(lease, 2);
            }
            admin.rollback("data-1", "one");
            admin.export("data-1", directory.resolve("copy.raw"));
            admin.deleteSnapshot("data-1", "one");
            assertThat(admin.list().getFirst().snapshots()).isEmpty();
        }
        assertThat(Files.readAllBytes(directory.resolve("copy.raw"))).startsWith(content(1));
    }

    @Test
    void whereNothingWasServedThereIsNothing() {
        assertThatThrownBy(() -> VolumeAdmin.open(directory.resolve("elsewhere")))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("nothing was served");
    }

    private static byte[] content(int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void write(OpenVolumes.Lease lease, int value) throws IOException {
        lease.disk().write(ByteBuffer.allocateDirect(4096).put(content(value)).flip(), 0);
        lease.disk().settle();
    }
}
