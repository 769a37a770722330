package org.pullboot.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code pullboot serve --json} on a free port of the loopback. */
final class PullbootServer implements AutoCloseable {
    // The first start makes the agent's runtime, which takes a while; later ones find it in the cache.
    private static final Duration START = Duration.ofMinutes(5);
    private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");

    private static final Pattern READ = Pattern.compile("\"read\":([0-9]+)");
    private static final Pattern NVME_PORT = Pattern.compile("\"trsvcid\":\"([0-9]+)\"");
    private static final Pattern STAGE = Pattern.compile("\"stage\":\"([^\"]+)\"");

    private final RunningProcess process;
    private final String url;

    PullbootServer(Path state, String... arguments) throws IOException, InterruptedException {
        process = new RunningProcess(
                Checkout.root(),
                Stream.concat(
                                Checkout.pullboot(
                                        "serve", "--json", "--listen", "127.0.0.1:0", "--state", state.toString())
                                        .stream(),
                                Stream.of(arguments))
                        .toList());
        String listening = process.await("it was listening", START, line -> line.contains("\"event\":\"listening\""));
        Matcher matcher = URL.matcher(listening);
        if (!matcher.find()) {
            throw new AssertionError("the listening event has no url: " + listening);
        }
        url = matcher.group(1);
    }

    /** The URL of the UKI. */
    String url() {
        return url;
    }

    /** The URL of the directory, with its slash. */
    String directory() {
        return url.substring(0, url.lastIndexOf('/') + 1);
    }

    /** The events of a kind so far, one JSON object each. */
    List<String> events(String kind) {
        return process.lines().stream()
                .filter(line -> line.contains("\"event\":\"" + kind + "\""))
                .toList();
    }

    /** The stages that booting machines went through, each once, in order of their first sign. */
    List<String> stages() {
        return process.lines().stream()
                .map(STAGE::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .distinct()
                .toList();
    }

    /** The port of its NVMe/TCP target. */
    int nvmePort() {
        Matcher matcher = NVME_PORT.matcher(firstLine());
        if (!matcher.find()) {
            throw new AssertionError("the listening event has no nvme: " + firstLine());
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** How much a host had read when it was gone; its machine has ended. */
    long bytesRead() throws InterruptedException {
        String gone = process.await(
                "a disk was disconnected", Duration.ofMinutes(1), line -> line.contains("\"what\":\"disconnected\""));
        Matcher matcher = READ.matcher(gone);
        if (!matcher.find()) {
            throw new AssertionError("the event does not say how much was read: " + gone);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Ends it as SIGKILL does, in the midst of whatever it does. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** The first line it printed. */
    String firstLine() {
        return process.lines().getFirst();
    }

    /** Waits until the events of a kind are that many. */
    void awaitEvents(String kind, int count, Duration time) throws InterruptedException {
        process.await(count + " " + kind + " events", time, line -> events(kind).size() >= count);
    }

    /** Everything it printed. */
    String output() {
        return String.join("\n", process.lines());
    }

    @Override
    public void close() {
        process.close();
    }
}
