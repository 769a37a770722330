package org.pullboot.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A TPM 2.0 for one machine: swtpm, which ends with the machine at the latest. One thread at a time. */
final class Tpm implements AutoCloseable {
    private static final String PROGRAM = "swtpm";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int POLL_MILLIS = 10;
    private static final int STOP_SECONDS = 5;
    private static final int MAX_ERRORS = 4096;

    private final Process process;
    private final Path socket;

    private Tpm(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** swtpm on a search path like the environment's PATH. */
    static Path find(String searchPath) throws VmException {
        return Programs.find(PROGRAM, searchPath)
                .orElseThrow(() -> new VmException(
                        "swtpm, which plays the machine's TPM, is not installed: it is in the package of that name"));
    }

    /**
     * Starts one.
     *
     * @param work a directory for its socket and what it says, whose path has less than 90 bytes
     * @param state where it keeps what must outlast a start; a directory that is there
     * @throws VmException when it does not start
     */
    static Tpm start(Path program, Path work, Path state) throws IOException, InterruptedException {
        Path socket = work.resolve("tpm.socket");
        Path messages = work.resolve("tpm.log");
        Process process = new ProcessBuilder(List.of(
                        program.toString(),
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + state,
                        "--ctrl",
                        "type=unixio,path=" + socket,
                        // It ends when QEMU hangs up, even if this program is killed.
                        "--terminate"))
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        Tpm tpm = new Tpm(process, socket);
        boolean listening = false;
        try {
            listening = tpm.awaitSocket();
        } finally {
            if (!listening) {
                process.destroyForcibly();
            }
        }
        if (!listening) {
            throw new VmException("swtpm does not start: " + said(messages));
        }
        return tpm;
    }

    /** Nobody is told when a socket appears. */
    private boolean awaitSocket() throws InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(socket)) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() - start > START_NANOS) {
                return false;
            }
        }
        return true;
    }

    private static String said(Path messages) throws IOException {
        String text = Files.readString(messages, StandardCharsets.ISO_8859_1).strip();
        return text.isEmpty() ? "it says nothing" : text.substring(0, Math.min(text.length(), MAX_ERRORS));
    }

    /** Where QEMU finds it. */
    Path socket() {
        return socket;
    }

    /** Its process id. */
    long pid() {
        return process.pid();
    }

    /** Ends it, once QEMU has ended: until then it writes down what the guest changes. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
