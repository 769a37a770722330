package org.pullboot.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.FleetLimits;

/**
 * The volumes of a state directory: through the server that uses it, or by itself when none does. One thread at a time.
 */
public final class VolumeAdmin implements AutoCloseable {
    /** The socket on which a running server takes commands, in the state directory, which is its owner's alone. */
    static final String SOCKET = "admin.sock";

    private final @Nullable SocketChannel server;
    private final @Nullable Offline offline;

    private record Offline(Fleet fleet, OpenVolumes volumes, VolumeDesk desk) {}

    private VolumeAdmin(@Nullable SocketChannel server, @Nullable Offline offline) {
        this.server = server;
        this.offline = offline;
    }

    /**
     * Opens the volumes.
     *
     * @throws IOException when the state cannot be used, or there is none
     */
    public static VolumeAdmin open(Path state) throws IOException {
        if (Files.notExists(state.resolve("fleet.db"))) {
            throw new ServeException("nothing was served with the state directory " + state
                    + " yet: run pullboot serve first, or name another --state");
        }
        SocketChannel server = connect(state.resolve(SOCKET));
        if (server != null) {
            return new VolumeAdmin(server, null);
        }
        Fleet fleet = Fleet.open(state, Clock.systemUTC(), FleetLimits.defaults());
        try {
            BaseStore bases = BaseStore.open(state.resolve("bases"));
            OpenVolumes volumes = OpenVolumes.open(state.resolve("volumes"), bases, fleet.volumes(), Clock.systemUTC());
            return new VolumeAdmin(null, new Offline(fleet, volumes, new VolumeDesk(fleet, bases, volumes)));
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private static @Nullable SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            // No server, or one that was killed and left its socket behind.
            channel.close();
            return null;
        }
    }

    /** Every volume, the oldest first. */
    public List<VolumeInfo> list() throws IOException {
        List<VolumeInfo> volumes = new ArrayList<>();
        for (List<String> row : call("list")) {
            volumes.add(VolumeDesk.info(row));
        }
        return volumes;
    }

    /** Keeps what a volume holds now, under a name; the machine may run. */
    public void snapshot(String volume, String name) throws IOException {
        call("snapshot", volume, name);
    }

    /** Forgets a snapshot. */
    public void deleteSnapshot(String volume, String name) throws IOException {
        call("delete-snapshot", volume, name);
    }

    /** Makes a volume what it was when the snapshot was taken; the machine must not run. */
    public void rollback(String volume, String name) throws IOException {
        call("rollback", volume, name);
    }

    /** Throws away all that was written; a root starts from the newest image at the next boot. */
    public void reset(String volume) throws IOException {
        call("reset", volume);
    }

    /** Writes all that a volume holds, base and all, as a new image file. */
    public void promote(String volume, Path image) throws IOException {
        call("promote", volume, image.toAbsolutePath().toString());
    }

    /** Copies all that a volume holds into a file; qcow2 when its name ends so. */
    public void export(String volume, Path file) throws IOException {
        call("export", volume, file.toAbsolutePath().toString());
    }

    /** Removes a volume and all that was written to it. */
    public void delete(String volume) throws IOException {
        call("delete", volume);
    }

    /** Looks for damage; what was found, a sentence each. */
    public List<String> check(String volume) throws IOException {
        return call("check", volume).stream().map(List::getFirst).toList();
    }

    private List<List<String>> call(String... words) throws IOException {
        if (offline != null) {
            return offline.desk().run(List.of(words));
        }
        if (server == null) {
            throw new IllegalStateException("closed");
        }
        OutputStream out = Channels.newOutputStream(server);
        out.write(AdminMessage.line(List.of(words)).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        BufferedReader in = AdminMessage.reader(Channels.newInputStream(server));
        List<List<String>> rows = new ArrayList<>();
        for (List<String> row = AdminMessage.read(in); row != null; row = AdminMessage.read(in)) {
            if (row.getFirst().equals(AdminMessage.OK)) {
                return rows;
            }
            if (row.getFirst().equals(AdminMessage.ERROR)) {
                throw new ServeException(row.size() > 1 ? row.get(1) : "the server gave no reason");
            }
            rows.add(row.subList(1, row.size()));
        }
        throw new ServeException("the server ended before it answered: look at what it printed");
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (offline != null) {
            offline.volumes().close();
            offline.fleet().close();
        }
    }

    /** An instant as a word; empty for none. */
    static String word(@Nullable Instant instant) {
        return instant == null ? "" : instant.toString();
    }
}
