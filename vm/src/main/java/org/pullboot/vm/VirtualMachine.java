package org.pullboot.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pullboot.uefi.BootEntry;

/**
 * A running QEMU machine. It ends with the run: on the first of the events of {@link VmOutcome}, when it is closed, and when
 * this program ends. One thread starts, awaits and closes it.
 */
public final class VirtualMachine implements AutoCloseable {
    private static final GuestArchitecture ARCHITECTURE = GuestArchitecture.X86_64;
    private static final Duration PANIC_REPORT = Duration.ofSeconds(1);
    private static final int STOP_SECONDS = 5;
    private static final int MAX_ERRORS = 4096;
    private static final int CHUNK = 8192;

    private final VmOptions options;
    private final WorkDirectory directory;
    private final @Nullable Tpm tpm;
    private final List<String> command;
    private final Process process;
    private final long start = System.nanoTime();
    private final CompletableFuture<VmOutcome> outcome = new CompletableFuture<>();
    private final Thread consoleReader;
    private final Thread errorReader;
    private final Thread shutdownHook;
    /** Written by the error reader alone until it has ended. */
    private final StringBuilder errors = new StringBuilder();

    private VirtualMachine(
            VmOptions options, WorkDirectory directory, @Nullable Tpm tpm, List<String> command, OutputStream console)
            throws IOException {
        this.options = options;
        this.directory = directory;
        this.tpm = tpm;
        this.command = List.copyOf(command);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectInput(
                options.isInteractive()
                        ? ProcessBuilder.Redirect.INHERIT
                        : ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        process = builder.start();
        shutdownHook = new Thread(this::abandon, "vm-shutdown");
        consoleReader = Thread.ofPlatform().daemon().name("vm-console").unstarted(() -> readConsole(console));
        errorReader = Thread.ofPlatform().daemon().name("vm-errors").unstarted(this::readErrors);
    }

    /** The threads use what the constructor sets, so they begin after it. */
    private void begin() throws VmException {
        try {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            throw new VmException("a virtual machine cannot be started while this program ends");
        }
        errorReader.start();
        consoleReader.start();
    }

    /**
     * Starts a machine and waits for its end.
     *
     * @param console gets what the guest writes to its serial console, as it comes; is not closed
     * @throws IOException when something that is needed is missing, or the console cannot be written
     */
    public static VmOutcome run(VmOptions options, OutputStream console) throws IOException, InterruptedException {
        try (VirtualMachine machine = start(options, console)) {
            return machine.await();
        }
    }

    /**
     * Starts a machine.
     *
     * @param console gets what the guest writes to its serial console, as it comes; is not closed
     * @throws IOException when something that is needed is missing
     */
    public static VirtualMachine start(VmOptions options, OutputStream console)
            throws IOException, InterruptedException {
        return start(options, console, Qemu.find(ARCHITECTURE, searchPath()));
    }

    private static String searchPath() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("");
    }

    static VirtualMachine start(VmOptions options, OutputStream console, Path qemu)
            throws IOException, InterruptedException {
        WorkDirectory directory = new WorkDirectory();
        Tpm tpm = null;
        boolean started = false;
        try {
            tpm = tpm(options, directory, searchPath());
            List<String> command = command(options, qemu, directory, tpm);
            VirtualMachine machine = new VirtualMachine(options, directory, tpm, command, console);
            machine.begin();
            started = true;
            return machine;
        } finally {
            if (!started) {
                if (tpm != null) {
                    tpm.close();
                }
                directory.close();
            }
        }
    }

    /**
     * Waits for the first event that ends the run, and ends QEMU. All console output has been written then.
     *
     * @throws IOException when the console could not be written
     */
    public VmOutcome await() throws IOException, InterruptedException {
        try {
            VmOutcome first = options.timeout().isPresent()
                    ? outcome.get(options.timeout().get().toNanos() - elapsed().toNanos(), TimeUnit.NANOSECONDS)
                    : outcome.get();
            if (first instanceof VmOutcome.Panicked) {
                process.waitFor(PANIC_REPORT.toMillis(), TimeUnit.MILLISECONDS);
            }
            return first;
        } catch (TimeoutException e) {
            return new VmOutcome.TimedOut(options.timeout().orElseThrow());
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException("the console of the virtual machine cannot be shown: " + cause.getMessage(), e);
        } finally {
            stop();
        }
    }

    /** QEMU's process id. */
    public long pid() {
        return process.pid();
    }

    /** swtpm's process id, if it has a TPM. */
    Optional<Long> tpmPid() {
        return Optional.ofNullable(tpm).map(Tpm::pid);
    }

    /** QEMU's program and arguments. */
    public List<String> command() {
        return command;
    }

    /** The directory of this run's files. */
    Path directory() {
        return directory.path();
    }

    /** How long it has been running. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Ends QEMU if it still runs, and removes the machine's files. */
    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        directory.close();
    }

    private static List<String> command(VmOptions options, Path qemu, WorkDirectory directory, @Nullable Tpm tpm)
            throws IOException, InterruptedException {
        Accelerator accelerator = options.isEmulated() ? Accelerator.TCG : Accelerator.choose(qemu, directory.path());
        QemuCommand command = new QemuCommand(qemu, ARCHITECTURE, accelerator);
        Path socket = tpm == null ? null : tpm.socket();
        if (options.source() instanceof BootSource.Kernel) {
            return command.words(options, new RunFiles(null, null, socket));
        }
        FirmwarePair firmware = firmware(options);
        return command.words(options, new RunFiles(firmware.code(), directory.variables(firmware, options), socket));
    }

    private static FirmwarePair firmware(VmOptions options) throws VmException {
        if (options.firmwarePair().isPresent()) {
            return options.firmwarePair().get().checked();
        }
        return options.isSecureBoot() ? FirmwarePair.findSecure(ARCHITECTURE) : FirmwarePair.find(ARCHITECTURE);
    }

    private static @Nullable Tpm tpm(VmOptions options, WorkDirectory directory, String searchPath)
            throws IOException, InterruptedException {
        if (!options.hasTpm()) {
            return null;
        }
        Path state = options.tpmState().isPresent()
                ? Files.createDirectories(options.tpmState().get()).toAbsolutePath()
                : directory.path();
        return Tpm.start(Tpm.find(searchPath), directory.path(), state);
    }

    private void readConsole(OutputStream console) {
        ConsoleWatcher watcher = new ConsoleWatcher(options.expected(), bootFailures());
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = process.getInputStream()) {
            int count = in.read(chunk);
            while (count >= 0) {
                console.write(chunk, 0, count);
                console.flush();
                watcher.accept(chunk, count, elapsed()).ifPresent(outcome::complete);
                count = in.read(chunk);
            }
            int status = process.waitFor();
            errorReader.join();
            outcome.complete(new VmOutcome.Exited(status, errors.toString()));
        } catch (IOException | RuntimeException e) {
            // Whatever ends this thread, nobody waits for ever.
            outcome.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome.completeExceptionally(e);
        }
    }

    /** What the firmware says when the URL leads to nothing, and when the program from there gives up. */
    private List<String> bootFailures() {
        String entry = BootEntry.name(WorkDirectory.ENTRY);
        return options.source() instanceof BootSource.Url
                ? List.of("BdsDxe: failed to load " + entry, "BdsDxe: failed to start " + entry)
                : List.of();
    }

    private void readErrors() {
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = process.getErrorStream()) {
            int count = in.read(chunk);
            while (count >= 0) {
                errors.append(new String(chunk, 0, count, StandardCharsets.UTF_8));
                errors.setLength(Math.min(errors.length(), MAX_ERRORS));
                if (errors.indexOf("KVM internal error") >= 0) {
                    // QEMU stops the guest then and waits for a debugger.
                    outcome.complete(new VmOutcome.Exited(1, errors.toString()));
                }
                count = in.read(chunk);
            }
        } catch (IOException e) {
            errors.append(e.getMessage());
        }
    }

    private void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        consoleReader.join();
        errorReader.join();
        closeTpm();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // This program is ending already, and the hook does its work.
            process.destroy();
        }
    }

    private void closeTpm() {
        if (tpm != null) {
            tpm.close();
        }
    }

    /** The end of this program is the end of the machine. */
    private void abandon() {
        process.destroyForcibly();
        try {
            process.waitFor();
            closeTpm();
            directory.close();
        } catch (IOException e) {
            System.getLogger(VirtualMachine.class.getName())
                    .log(System.Logger.Level.WARNING, directory.path() + " could not be removed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
