package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines whose root is a disk of the server's, over NVMe/TCP. */
final class NvmeRootBootIT {
    private static final int MEMORY = 640;
    private static final UUID FIRST = UUID.fromString("11111111-2222-4333-8444-555555555501");
    private static final UUID SECOND = UUID.fromString("11111111-2222-4333-8444-555555555502");

    @TempDir
    private Path directory;

    private Path parts;

    @BeforeEach
    void makeRoom() throws Exception {
        parts = Files.createDirectory(directory.resolve("parts"));
    }

    @Test
    void firmwareStartsAMachineThatRunsFromItsDisk() throws Exception {
        Path image = Checkout.place(Checkout.image("sid", "raw.zst"), directory, "image.raw.zst");
        Console console;
        try (PullbootServer server = serve(image)) {
            console = Machine.bootUrl(server.url(), 1024);
            assertThat(server.firstLine()).contains("\"nvme\":{\"traddr\":\"127.0.0.1\",\"trsvcid\":");
            assertThat(server.stages()).as(server.output()).containsSubsequence("firmware", "network", "root");
            long read = server.bytesRead();
            long used = Checkout.usedBytes("sid");
            System.out.println("bytes read over NVMe/TCP: " + read + " of " + used + " used in the image, "
                    + 100 * read / used + " %");
            assertThat(read).isLessThan(used * 35 / 100);
        }

        BootedSystem.is(console, "sid", "ID=debian VERSION_ID=none CODENAME=forky");
        BootedSystem.runsFromNvme(console);
    }

    @Test
    void whatAMachineWritesIsKeptAndIsItsOwn() throws Exception {
        Path image = directory.resolve("image.qcow2");
        Checkout.output(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "qcow2",
                Checkout.image("small", "raw").toString(),
                image.toString());
        try (PullbootServer server = serve(image, "--persist", "machine", "--data", "64M")) {
            UkiParts uki = UkiParts.fetch(server.url(), parts);
            CompletableFuture<Console> other = CompletableFuture.supplyAsync(
                    () -> boot(uki, server, SECOND, "second"),
                    task -> Thread.ofPlatform().name("second machine").start(task));
            Console first = boot(uki, server, FIRST, "first");
            Console second = other.join();
            Console again = boot(uki, server, FIRST, "again");

            assertThat(first.said("note")).as(first.tail()).containsExactly("none");
            assertThat(second.said("note")).as(second.tail()).containsExactly("none");
            assertThat(again.said("note")).as(again.tail()).containsExactly("first");
            assertThat(again.namespaces())
                    .as("the root and the data volume")
                    .hasSize(2)
                    .isEqualTo(first.namespaces())
                    .doesNotContainAnyElementsOf(second.namespaces());
            BootedSystem.isTheSmallSystem(again);
            BootedSystem.runsFromNvme(again);
        }
    }

    @Test
    void anImageThatIsRebuiltDisturbsNoMachineAndTheNextBootHasIt() throws Exception {
        Path image = Checkout.place(Checkout.image("trixie", "raw"), directory, "image.raw");
        Path next = Checkout.place(Checkout.image("sid", "raw"), directory, ".next");
        try (PullbootServer server = serve(image)) {
            UkiParts old = UkiParts.fetch(server.url(), parts);
            AtomicBoolean replaced = new AtomicBoolean();
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            Console before = Machine.bootParts(
                    old,
                    server.url(),
                    MEMORY,
                    FIRST,
                    text -> {
                        if (text.contains("PULLBOOT-E2E written 3") && replaced.compareAndSet(false, true)) {
                            try {
                                Files.move(next, image, StandardCopyOption.ATOMIC_MOVE);
                                server.awaitEvents("published", 2, Duration.ofMinutes(2));
                            } catch (Exception e) {
                                failure.set(e);
                            }
                        }
                    },
                    "e2e.note=old",
                    "e2e.writes=10");
            assertThat(failure.get()).isNull();
            UkiParts rebuilt =
                    UkiParts.fetchAtPowerOn(server.url(), Files.createDirectory(directory.resolve("rebuilt")));
            Console after = boot(rebuilt, server, FIRST, "new");

            BootedSystem.is(before, "trixie", "ID=debian VERSION_ID=13 CODENAME=trixie");
            assertThat(before.said("written")).contains("10");
            assertThat(before.said("errors")).containsExactly("0");
            BootedSystem.is(after, "sid", "ID=debian VERSION_ID=none CODENAME=forky");
            assertThat(after.said("note"))
                    .as("with --persist none nothing is left of the boot before")
                    .containsExactly("none");
        }
    }

    @Test
    void aServerThatIsKilledAndStartedAgainLosesNothing() throws Exception {
        Path image = Checkout.place(Checkout.image("trixie", "raw"), directory, "image.raw");
        PullbootServer doomed = serve(image, "--persist", "machine");
        AtomicReference<PullbootServer> server = new AtomicReference<>(doomed);
        try {
            UkiParts uki = UkiParts.fetch(doomed.url(), parts);
            String port = "127.0.0.1:" + doomed.nvmePort();
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            AtomicBoolean killed = new AtomicBoolean();
            Console console = Machine.bootParts(
                    uki,
                    doomed.url(),
                    MEMORY,
                    FIRST,
                    text -> {
                        if (text.contains("PULLBOOT-E2E written 20") && killed.compareAndSet(false, true)) {
                            try {
                                doomed.kill();
                                server.set(new PullbootServer(
                                        directory.resolve("state"),
                                        "--root",
                                        "nvme",
                                        "--nvme-listen",
                                        port,
                                        "--persist",
                                        "machine",
                                        image.toString()));
                            } catch (Exception e) {
                                failure.set(e);
                            }
                        }
                    },
                    "e2e.writes=60");

            assertThat(failure.get()).isNull();
            assertThat(killed).isTrue();
            assertThat(console.said("written")).as(console.tail()).hasSize(60);
            assertThat(console.said("write")).as("writes that failed").isEmpty();
            assertThat(console.said("errors")).containsExactly("0");
            BootedSystem.is(console, "trixie", "ID=debian VERSION_ID=13 CODENAME=trixie");
            Disk.of(directory.resolve("state"), directory).hasTheFirstWrites(60);
        } finally {
            server.get().close();
            doomed.close();
        }
    }

    private PullbootServer serve(Path image, String... options) throws Exception {
        String[] all = new String[options.length + 5];
        all[0] = "--root";
        all[1] = "nvme";
        all[2] = "--nvme-listen";
        all[3] = "127.0.0.1:0";
        System.arraycopy(options, 0, all, 4, options.length);
        all[all.length - 1] = image.toString();
        return new PullbootServer(directory.resolve("state"), all);
    }

    private static Console boot(UkiParts uki, PullbootServer server, UUID machine, String note) {
        try {
            return Machine.bootParts(uki, server.url(), MEMORY, machine, text -> {}, "e2e.note=" + note);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
