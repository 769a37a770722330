package org.pullboot.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process whose lines of output can be waited for. Ends with the test that started it. */
final class RunningProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    /** Starts the command; its stdout and stderr are read as one. */
    RunningProcess(Path directory, List<String> command) throws IOException {
        name = Path.of(command.getFirst()).getFileName().toString();
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        Thread.ofPlatform().daemon().name("output of " + name).start(this::read);
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // Ended while it was being read: what it said before stays.
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    /** Everything said so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The first line that matches, said already or within the time. */
    String await(String what, Duration time, Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        synchronized (lines) {
            while (true) {
                Optional<String> found = lines.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw new AssertionError(name + (ended ? " ended" : " was silent") + " before " + what
                            + ". It said:\n" + String.join("\n", lines));
                }
                lines.wait(left);
            }
        }
    }

    /** Waits for its end and returns the exit status. */
    int exitStatus(Duration time) throws InterruptedException {
        if (!process.waitFor(time.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " was still running after " + time.toSeconds() + " s. It said:\n"
                    + String.join("\n", lines()));
        }
        synchronized (lines) {
            while (!ended) {
                lines.wait();
            }
        }
        return process.exitValue();
    }

    /** Sends SIGKILL and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
