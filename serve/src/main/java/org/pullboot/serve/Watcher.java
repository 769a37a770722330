package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.pullboot.linux.FileHandle;
import org.pullboot.linux.FileStatus;

/**
 * Tells when a source has changed and is at rest again: no file of it changed for a while, and none is open for writing
 * as far as the kernel tells.
 *
 * <p>inotify wakes it at once; a look every few seconds finds what inotify does not tell, on network file systems for
 * example. Runs on one thread of its own.
 */
final class Watcher implements AutoCloseable {
    /** How long files must stand still. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(5);

    /** Something keeps its file open for ever, a virtual machine for example: then standing still must do. */
    private static final Duration OPEN_AT_MOST = Duration.ofSeconds(30);

    private final List<Source> sources;
    private final Consumer<Source> changing;
    private final Consumer<Source> changed;
    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Map<Source, Map<String, String>> published = new HashMap<>();
    private final Map<Source, Pending> pending = new HashMap<>();
    private final Set<Source> forced = new HashSet<>();
    private final Thread thread;

    /** What a changing source looked like lately, and since when. */
    private record Pending(Map<String, String> state, long since) {}

    /**
     * @param changing told when a change is first seen
     * @param changed told when the source is at rest again; takes as long as it needs
     */
    Watcher(List<Source> sources, Consumer<Source> changing, Consumer<Source> changed) throws IOException {
        this.sources = sources;
        this.changing = changing;
        this.changed = changed;
        this.service = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofPlatform().daemon().name("watcher").unstarted(this::run);
        for (Source source : sources) {
            register(source);
            published.put(source, state(source));
        }
    }

    void start() {
        thread.start();
    }

    /** The source is to be published again although its files look as they did: one of them was withdrawn. */
    void force(Source source) {
        synchronized (forced) {
            forced.add(source);
        }
    }

    private void register(Source source) {
        try {
            for (Path directory : source.watched()) {
                WatchKey known = keys.get(directory);
                if (known == null || !known.isValid()) {
                    keys.put(
                            directory,
                            directory.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE));
                }
            }
        } catch (IOException e) {
            // No inotify there, or the directory is gone for the moment: the regular look does it.
            return;
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration wait = pending.isEmpty() ? LOOK_ANYWAY : LOOK;
                WatchKey key = service.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                for (Source source : sources) {
                    look(source);
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Closed: nothing is left to be watched.
            return;
        }
    }

    private void look(Source source) {
        boolean again;
        synchronized (forced) {
            again = forced.contains(source);
        }
        Map<String, String> now = state(source);
        Pending before = pending.get(source);
        if (before == null) {
            if (!again && now.equals(published.get(source))) {
                return;
            }
            changing.accept(source);
        }
        if (before == null || !before.state().equals(now)) {
            pending.put(source, new Pending(now, System.nanoTime()));
            return;
        }
        long still = System.nanoTime() - before.since();
        if (still < SETTLE.toNanos() || (still < OPEN_AT_MOST.toNanos() && written(source))) {
            return;
        }
        pending.remove(source);
        synchronized (forced) {
            forced.remove(source);
        }
        published.put(source, now);
        register(source);
        changed.accept(source);
    }

    /** Inode, size and times of each file, by path. */
    private static Map<String, String> state(Source source) {
        Map<String, String> state = new TreeMap<>();
        try {
            for (Path path : source.present()) {
                try (FileHandle handle = FileHandle.open(path)) {
                    FileStatus status = handle.status();
                    state.put(path.toString(), status.inode() + " " + status.size() + " " + status.modified());
                }
            }
        } catch (IOException e) {
            // A file or the directory went away under the look: the next one tells what is left.
            state.put("", String.valueOf(e.getMessage()));
        }
        return state;
    }

    private static boolean written(Source source) {
        try {
            for (Path path : source.present()) {
                try (FileHandle handle = FileHandle.open(path)) {
                    if (handle.openForWriting()) {
                        return true;
                    }
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        service.close();
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
