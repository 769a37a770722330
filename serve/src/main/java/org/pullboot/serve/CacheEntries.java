package org.pullboot.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files or directories of one kind in the cache: the latest used ones stay, what a killed process left behind goes. */
final class CacheEntries {
    private static final Duration UNUSED = Duration.ofDays(7);

    private final Path directory;
    private final int most;
    private final Clock clock;

    /**
     * @param most how many are kept at most
     */
    CacheEntries(Path directory, int most, Clock clock) {
        this.directory = directory;
        this.most = most;
        this.clock = clock;
    }

    /** The entry's place, whether it is there or not; the directory is made. */
    Path place(String name) throws IOException {
        Files.createDirectories(directory);
        return directory.resolve(name);
    }

    /** The entry is needed now, and stays. */
    void used(Path entry) throws IOException {
        Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
    }

    /** Removes what was not used for a week, and the entries used longest ago when there are too many. */
    void tidy() throws IOException {
        record Entry(Path path, Instant used) {}
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                entries.add(new Entry(path, Files.getLastModifiedTime(path).toInstant()));
            }
        }
        entries.sort(Comparator.comparing(Entry::used).reversed());
        Instant limit = clock.instant().minus(UNUSED);
        for (int i = 0; i < entries.size(); i++) {
            if (i >= most || entries.get(i).used().isBefore(limit)) {
                delete(entries.get(i).path());
            }
        }
    }

    /** Removes a file, or a directory with all that is in it. */
    static void delete(Path entry) throws IOException {
        try (Stream<Path> walk = Files.walk(entry)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
