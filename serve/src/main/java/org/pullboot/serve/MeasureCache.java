package org.pullboot.serve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.pullboot.fleet.FileIdentity;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;
import org.pullboot.linux.FileStatus;

/**
 * Measures of files that did not change since, kept between runs: one small file for each path.
 *
 * <p>A file that was written within the last moments before it was read is not kept: a write right after would have
 * the same modification time. One thread at a time, but for {@link #forget}.
 */
final class MeasureCache {
    private static final long CLOCK_TICK_NANOS = 20_000_000;
    private static final String FORM = "1";

    private final Path directory;
    private final Clock clock;
    private final Set<Path> suspects = ConcurrentHashMap.newKeySet();

    MeasureCache(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** What was measured of this path is not true any more, although its status says so. */
    void forget(Path path) {
        suspects.add(path.toAbsolutePath());
    }

    /**
     * What the open file measures, from the cache or by reading it.
     *
     * @throws UnsteadyFileException when it changes meanwhile
     */
    Measure measure(Candidate candidate, FileHandle handle, boolean unpack) throws IOException {
        FileStatus before = handle.status();
        Path place = directory.resolve(key(candidate, unpack));
        String identity = identity(before);
        if (!suspects.contains(candidate.path().toAbsolutePath())) {
            Optional<Measure> known = read(place, identity);
            if (known.isPresent()) {
                return known.get();
            }
        }
        awaitNextTick(before);
        long start = nanos();
        Measure measured;
        try (FileChannel channel = handle.channel()) {
            measured = Measure.of(channel, candidate.compression(), unpack);
        }
        FileStatus after = handle.status();
        if (!FileIdentity.of(before).equals(FileIdentity.of(after))) {
            throw new UnsteadyFileException(candidate.path());
        }
        suspects.remove(candidate.path().toAbsolutePath());
        if (after.modified() < start - CLOCK_TICK_NANOS) {
            write(place, identity, measured);
        }
        return measured;
    }

    /** The kernel's file times tick: a write within the tick of the one before it would leave the status as it is. */
    private void awaitNextTick(FileStatus status) {
        long since = nanos() - status.changed();
        if (since >= 0 && since < CLOCK_TICK_NANOS) {
            LockSupport.parkNanos(CLOCK_TICK_NANOS - since);
        }
    }

    private long nanos() {
        return clock.millis() * 1_000_000;
    }

    private static String key(Candidate candidate, boolean unpack) {
        byte[] path = (candidate.path().toAbsolutePath() + "\n" + unpack).getBytes(StandardCharsets.UTF_8);
        return Sha256.of(Sha256.digester().digest(path)).hex().substring(0, 32);
    }

    private static String identity(FileStatus status) {
        return FORM + " " + status.device() + " " + status.inode() + " " + status.size() + " " + status.modified();
    }

    private static Optional<Measure> read(Path place, String identity) throws IOException {
        try {
            List<String> lines = Files.readAllLines(place);
            if (lines.size() == 4 && lines.getFirst().equals(identity)) {
                return Optional.of(new Measure(
                        new Sha256(lines.get(1)), Long.parseLong(lines.get(2)), Long.parseLong(lines.get(3))));
            }
            return Optional.empty();
        } catch (NoSuchFileException | IllegalArgumentException e) {
            // Not measured yet, or damaged: it is measured now.
            return Optional.empty();
        }
    }

    private void write(Path place, String identity, Measure measure) throws IOException {
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, ".measure", "");
        List<String> lines = List.of(
                identity, measure.digest().hex(), String.valueOf(measure.unpacked()), String.valueOf(measure.data()));
        Files.write(temporary, lines);
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
