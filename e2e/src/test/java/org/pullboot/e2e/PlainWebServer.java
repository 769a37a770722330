package org.pullboot.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code python3 -m http.server}: a web server that knows nothing of us, not even ranges. */
final class PlainWebServer implements AutoCloseable {
    private final RunningProcess process;
    private final String url;

    PlainWebServer(Path directory) throws IOException, InterruptedException {
        process = new RunningProcess(
                directory, List.of("python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"));
        String line = process.await("it served", Duration.ofSeconds(30), text -> text.startsWith("Serving HTTP on"));
        url = line.substring(line.indexOf("http://"), line.lastIndexOf(')'));
    }

    /** The URL of the directory, with its slash. */
    String directory() {
        return url;
    }

    /** The requests so far, as it logs them. */
    List<String> requests() {
        return process.lines().stream().filter(line -> line.contains("HTTP/1.")).toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
