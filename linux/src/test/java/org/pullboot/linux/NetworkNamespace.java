package org.pullboot.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a test in a network namespace of its own; wants root. Programs that it starts are in there too. */
final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    interface Body {
        void run() throws Exception;
    }

    static void run(Body body) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            enterNewOne();
            body.run();
            return null;
        });
        Thread thread = new Thread(task, "network-namespace");
        thread.start();
        try {
            task.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) failed.getCause();
        }
    }

    @SuppressWarnings("restricted") // unshare(2) of the thread: only a test wants it
    private static void enterNewOne() throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle unshare = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("unshare"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int result;
        try {
            result = (int) unshare.invokeExact(CLONE_NEWNET);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
        if (result != 0) {
            throw new IllegalStateException("this test needs root: it makes a network namespace");
        }
    }

    /** Runs a program in the namespace and gives its output; fails when it fails. */
    static String sh(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " failed: " + output);
        }
        return output;
    }
}
