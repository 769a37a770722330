package org.pullboot.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Draft;
import org.pullboot.fleet.FileIdentity;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.FleetLimits;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.GenerationId;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;

/** A real server on a free port of the loopback, on files that a test writes. */
final class TestServer implements AutoCloseable {
    static final String SOURCE = "test";

    private final Path directory;
    private final Fleet fleet;
    private final Events events;
    private final BootServer server;
    private final List<ServeEvent> seen = new CopyOnWriteArrayList<>();

    TestServer(Path directory, ServerLimits limits) throws IOException {
        this(directory, limits, SocketBuffers.bytes());
    }

    TestServer(Path directory, ServerLimits limits, long buffered) throws IOException {
        this.directory = directory;
        fleet = Fleet.open(directory.resolve("state"), Clock.systemUTC(), FleetLimits.defaults());
        fleet.serve(Set.of(SOURCE));
        events = new Events(seen::add, System::nanoTime);
        server = BootServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                fleet,
                new ListSignatures(fleet, null),
                null,
                limits,
                events,
                withdrawn -> {},
                buffered);
    }

    RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    InetSocketAddress address() {
        return server.address();
    }

    int connections() {
        return server.connections();
    }

    Fleet fleet() {
        return fleet;
    }

    List<ServeEvent> events() {
        return seen;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** Writes as a careful build does: a new file, renamed over the old one. */
    Path write(String name, byte[] content) throws IOException {
        Path next = Files.write(directory.resolve(name + ".new"), content);
        return Files.move(next, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Publishes files as they are. */
    Generation publish(String... names) throws IOException {
        List<Draft.File> files = new ArrayList<>();
        Map<String, Sha256> digests = new TreeMap<>();
        for (String name : names) {
            Path path = directory.resolve(name);
            FileHandle handle = FileHandle.open(path);
            Sha256 digest = Sha256.of(Sha256.digester().digest(Files.readAllBytes(path)));
            boolean uki = name.endsWith(".efi");
            files.add(new Draft.File(
                    name,
                    uki ? Artifact.Role.UKI : Artifact.Role.IMAGE,
                    uki ? "application/efi" : "application/octet-stream",
                    digest,
                    FileIdentity.of(handle.status()),
                    handle,
                    path));
            digests.put(name, digest);
        }
        return fleet.publish(new Draft(GenerationId.of(digests, ""), SOURCE, files));
    }

    @Override
    public void close() throws IOException {
        server.close();
        events.close();
        fleet.close();
    }
}
