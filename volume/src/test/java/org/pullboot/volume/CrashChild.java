package org.pullboot.volume;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The process that is killed: told a directory and a seed, it works on the volumes there until it is. Says what it
 * begins and what is acknowledged in records of six bytes: which script, 0 or 1, and the number of the step.
 */
final class CrashChild {
    static final int BASE_BYTES = (1 << 20) + 1536;
    static final int READY = 100;
    static final int BEGUN = 0;
    static final int ACKNOWLEDGED = 1;
    static final long CHECKPOINT_BYTES = 4096;

    /** Volume "a" has one script with layers, volume "b" three scripts without, on parts of their own. */
    static final int SCRIPTS = 4;

    private CrashChild() {}

    static CrashScript script(int number, long seed) {
        if (number == 0) {
            return new CrashScript(seed, 0, BASE_BYTES, true);
        }
        // Parts begin and end within blocks, so that scripts share blocks, but with sectors of their own.
        int part = BASE_BYTES / 512 / 3 * 512;
        return new CrashScript(seed + number, part * (number - 1), part * number, false);
    }

    static VolumeStore store(Path directory) throws IOException {
        return new VolumeStore(directory, Clock.systemUTC(), new LinuxVolumeFiles(), 1, CHECKPOINT_BYTES);
    }

    public static void main(String[] arguments) throws Exception {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        if (line == null) {
            return;
        }
        Path directory = Path.of(line);
        long seed = Long.parseLong(in.readLine());
        int steps = Integer.parseInt(in.readLine());
        BaseImage base = BaseImage.open(directory.resolve("base.raw"), "base");
        VolumeStore store = store(directory.resolve("volumes"));
        Volume a = store.open("a", base);
        Volume b = store.open("b", base);
        report(out, READY, 0, 0);
        Thread[] threads = new Thread[SCRIPTS];
        for (int i = 0; i < SCRIPTS; i++) {
            int number = i;
            threads[i] = new Thread(() -> run(number, seed, number == 0 ? a : b, out, steps));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        a.close();
        b.close();
    }

    private static void run(int number, long seed, Volume volume, FileOutputStream out, int steps) {
        CrashScript script = script(number, seed);
        try {
            for (int i = 0; i < steps; i++) {
                CrashScript.Step step = script.next();
                report(out, number, BEGUN, step.index());
                CrashScript.apply(step, volume);
                if (CrashScript.acknowledged(step)) {
                    report(out, number, ACKNOWLEDGED, step.index());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void report(FileOutputStream out, int script, int what, int step) throws IOException {
        byte[] record = ByteBuffer.allocate(6)
                .put((byte) script)
                .put((byte) what)
                .putInt(step)
                .array();
        out.write(record); // One write(2), whole in the pipe or not at all.
    }
}
