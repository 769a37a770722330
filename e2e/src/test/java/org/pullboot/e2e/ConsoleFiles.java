package org.pullboot.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Keeps the whole console of each machine in {@code e2e/target/consoles/CLASS.METHOD.NUMBER.txt}, written while the machine
 * runs, and has a test that fails name the files of its machines, which then lie in {@code failed} beside the others. JUnit finds this by
 * itself (META-INF/services).
 */
public final class ConsoleFiles implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler {
    /** The test of this thread and those it starts: machines are started by many hands, and none of them should have to pass it on. */
    private static final ThreadLocal<Kept> CURRENT = new InheritableThreadLocal<>();

    /** The files of one test; its threads take turns. */
    private record Kept(String test, List<Path> files) {
        synchronized Path next() {
            Path file = directory().resolve(test + "." + (files.size() + 1) + ".txt");
            files.add(file);
            return file;
        }
    }

    /** A file for the console of the next machine of the test that runs on this thread, or that started it. */
    static OutputStream next() throws IOException {
        Kept kept = CURRENT.get();
        if (kept == null) {
            throw new IllegalStateException(
                    "a machine is started in a test method, on its thread or one that it started");
        }
        return Files.newOutputStream(kept.next());
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        String test = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        Files.createDirectories(directory());
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(directory(), test + ".*.txt")) {
            for (Path file : earlier) {
                Files.delete(file);
            }
        }
        CURRENT.set(new Kept(test, new ArrayList<>()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        CURRENT.remove();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Kept kept = CURRENT.get();
        if (kept == null || kept.files().isEmpty() || failure instanceof TestAbortedException) {
            throw failure;
        }
        String message = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
        // At the end, which is what the last lines of a log still show.
        AssertionError named =
                new AssertionError(message + "\nThe whole console: " + names(failed(kept)), failure.getCause());
        named.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            named.addSuppressed(suppressed);
        }
        throw named;
    }

    /** Moves them out of the way of a second try. */
    private static List<Path> failed(Kept kept) throws IOException {
        Path failed = Files.createDirectories(directory().resolve("failed"));
        List<Path> moved = new ArrayList<>();
        for (Path file : kept.files()) {
            moved.add(Files.move(file, failed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING));
        }
        return moved;
    }

    private static String names(List<Path> files) {
        return String.join(
                ", ",
                files.stream()
                        .map(file -> Checkout.root().relativize(file).toString())
                        .toList());
    }

    private static Path directory() {
        return Checkout.root().resolve("e2e/target/consoles");
    }
}
