package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.linux.BlockFile;

/**
 * Kills a process that works on volumes, again and again, and looks each time: all that it acknowledged is there, no
 * 4 KiB block is a mixture, and nothing wants repair.
 */
final class CrashIT {
    private static final int KILLS = Integer.getInteger("pullboot.crash.kills", 500);
    private static final int LANES = 2;

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedIsThereAfterEveryKill() throws Exception {
        long seed = Long.getLong("pullboot.crash.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Path jar = jar();
        Path cache = directory.resolve("crash.aot");
        train(jar, cache);
        try (ExecutorService pool = Executors.newFixedThreadPool(LANES)) {
            List<Future<Integer>> lanes = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                Path own = Files.createDirectory(directory.resolve("lane" + lane));
                Random random = new Random(seed + lane);
                lanes.add(pool.submit(() -> new Lane(own, jar, cache, random).run(KILLS / LANES)));
            }
            int steps = 0;
            for (Future<Integer> lane : lanes) {
                steps += lane.get();
            }
            System.out.println(KILLS + " kills, " + steps + " steps acknowledged");
            assertThat(steps).isGreaterThan(KILLS);
        }
    }

    /** The class data archive wants jars. */
    private Path jar() throws Exception {
        Path jar = directory.resolve("crash.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out)) {
            for (Path root :
                    List.of(Path.of("target/test-classes"), location(Volume.class), location(BlockFile.class))) {
                if (Files.isDirectory(root)) {
                    addAll(zip, root);
                }
            }
        }
        return jar;
    }

    private static Path location(Class<?> type) throws Exception {
        URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri);
    }

    private static void addAll(JarOutputStream zip, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.endsWith("module-info.class"))
                    .toList()) {
                zip.putNextEntry(new JarEntry(root.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
            }
        }
    }

    private static ProcessBuilder child(Path jar, String cacheOption) throws Exception {
        String path = jar.toString();
        for (Path root : List.of(location(Volume.class), location(BlockFile.class))) {
            path += Files.isDirectory(root) ? "" : ":" + root;
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=ALL-UNNAMED",
                        cacheOption,
                        "-cp",
                        path,
                        CrashChild.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private void train(Path jar, Path cache) throws Exception {
        Path own = Files.createDirectory(directory.resolve("training"));
        Lane lane = new Lane(own, jar, cache, new Random(1));
        Process process = child(jar, "-XX:AOTCacheOutput=" + cache).start();
        lane.tell(process, 1, 30);
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
    }

    /** One directory with its volumes, and the processes that work there one after the other. */
    private static final class Lane {
        private final Path directory;
        private final Path jar;
        private final Path cache;
        private final Random random;
        private final BaseImage base;
        private final byte[][] contents = new byte[2][];
        private final LayeredModel layers = new LayeredModel();

        Lane(Path directory, Path jar, Path cache, Random random) throws IOException {
            this.directory = directory;
            this.jar = jar;
            this.cache = cache;
            this.random = random;
            byte[] content = new byte[CrashChild.BASE_BYTES];
            random.nextBytes(content);
            this.base = BaseImage.open(Files.write(directory.resolve("base.raw"), content), "base");
            Files.createDirectory(directory.resolve("volumes"));
            for (int i = 0; i < 2; i++) {
                contents[i] = content.clone();
                CrashChild.store(directory.resolve("volumes"))
                        .create(i == 0 ? "a" : "b", base, VolumeOptions.DEFAULT)
                        .close();
            }
        }

        void tell(Process process, long seed, int steps) throws IOException {
            try (OutputStream out = process.getOutputStream()) {
                out.write((directory + "\n" + seed + "\n" + steps + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        int run(int kills) throws Exception {
            int acknowledged = 0;
            Process next = child(jar, "-XX:AOTCache=" + cache).start();
            try {
                for (int kill = 0; kill < kills; kill++) {
                    Process process = next;
                    next = child(jar, "-XX:AOTCache=" + cache).start();
                    acknowledged += round(process, random.nextLong());
                }
            } finally {
                next.toHandle().destroyForcibly();
            }
            base.close();
            return acknowledged;
        }

        private int round(Process process, long seed) throws Exception {
            tell(process, seed, Integer.MAX_VALUE);
            int[] begun = new int[CrashChild.SCRIPTS];
            int[] acknowledged = new int[CrashChild.SCRIPTS];
            Arrays.fill(begun, -1);
            Arrays.fill(acknowledged, -1);
            int steps = 0;
            int killAfter = 1 + random.nextInt(random.nextBoolean() ? 20 : 120);
            int micros = random.nextInt(2000);
            try (DataInputStream in = new DataInputStream(process.getInputStream())) {
                assertThat(in.readByte()).isEqualTo((byte) CrashChild.READY);
                in.skipNBytes(5);
                while (true) {
                    int script = in.readByte();
                    int what = in.readByte();
                    int step = in.readInt();
                    (what == CrashChild.BEGUN ? begun : acknowledged)[script] = step;
                    if (++steps == killAfter) {
                        TimeUnit.MICROSECONDS.sleep(micros); // Where in a step it dies is up to chance.
                        process.toHandle().destroyForcibly(); // Process itself would close the pipe too.
                    }
                }
            } catch (EOFException killed) {
                assertThat(process.waitFor()).isEqualTo(128 + 9);
            }
            VolumeStore store = CrashChild.store(directory.resolve("volumes"));
            for (int i = 0; i < 2; i++) {
                String id = i == 0 ? "a" : "b";
                assertThat(store.check(id)).describedAs("seed %d", seed).isEmpty();
                try (Volume volume = store.open(id, base)) {
                    verify(volume, i, seed, begun, acknowledged);
                }
            }
            return Arrays.stream(acknowledged).map(last -> last + 1).sum();
        }

        private void verify(Volume volume, int number, long seed, int[] begun, int[] acknowledged) throws Exception {
            byte[] found = new byte[CrashChild.BASE_BYTES];
            ByteBuffer into = ByteBuffer.allocateDirect(found.length);
            volume.read(into, 0);
            into.flip().get(found);
            PossibleContent possible = new PossibleContent(contents[number], found);
            if (number == 0) {
                layers.follow(volume, possible, CrashChild.script(0, seed), seed, begun[0], acknowledged[0]);
                possible.check(seed, number);
            } else {
                for (int script = 1; script < CrashChild.SCRIPTS; script++) {
                    CrashScript steps = CrashChild.script(script, seed);
                    possible.within(steps.from(), steps.to());
                    for (int i = 0; i <= begun[script]; i++) {
                        possible.step(steps.next(), i > acknowledged[script]);
                    }
                    possible.check(seed, number);
                }
            }
            contents[number] = found;
        }
    }
}
