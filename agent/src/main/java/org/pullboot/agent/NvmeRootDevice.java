package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.Stage;

/** Makes the root's disk appear as a block device: drivers, connection, namespace. */
final class NvmeRootDevice {
    private static final String DRIVER = "nvme_tcp";

    /** What the driver asks the kernel's cryptography for by name; built into some kernels, and named differently in others. */
    private static final String[] FOR_SECRETS = {
        "nvme_auth", "dh_generic", "hmac", "sha256_generic", "sha512_generic", "sha256", "sha512"
    };

    private static final String[] FOR_DIGESTS = {"crc32c_intel", "crc32c_generic", "crc32c_cryptoapi"};

    private static final long PATIENCE_MILLIS = 60_000;
    private static final long DATA_PATIENCE_MILLIS = 3_000;
    private static final long PARTITION_PATIENCE_MILLIS = 10_000;
    private static final long STEP_MILLIS = 10;

    private final Path root;
    private final ModuleLoader modules;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;

    /**
     * Nothing is connected yet.
     *
     * @param root /
     */
    NvmeRootDevice(Path root, ModuleLoader modules, Console console, ServerEvents events, Uptime uptime) {
        this.root = root;
        this.modules = modules;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
    }

    /**
     * Connects and waits for the namespaces.
     *
     * @return the block device of the root's namespace, in /dev
     * @throws AgentException when there will be none
     */
    Path attach(NvmeDisk disk) throws IOException, AgentException {
        loadDrivers(disk);
        Path fabrics = root.resolve("dev/nvme-fabrics");
        NvmeConnector connector = new NvmeConnector(
                new KernelNvmeDoor(fabrics, root.resolve("dev/kmsg")), new Waiting(), new Sleep(), new Random());
        console.step("connecting to " + disk.describe());
        event("connecting to " + disk.describe());
        int processors = Runtime.getRuntime().availableProcessors();
        for (; ; ) {
            NvmeController controller = new NvmeController(root.resolve("sys"), connector.connect(disk, processors));
            Optional<String> device = await(controller, disk.namespace(), PATIENCE_MILLIS);
            if (device.isPresent()) {
                console.step("disk " + device.get() + ": " + Units.bytes(controller.bytes(device.get())) + " of "
                        + disk.describe());
                sayData(controller, disk);
                return root.resolve("dev").resolve(device.get());
            }
            if (!controller.state().equals("gone")) {
                controller.remove();
                throw new AgentException(disk.describe() + " has no namespace " + disk.namespace() + " for "
                        + disk.host().nqn() + ": is an image still served there?");
            }
        }
    }

    private void loadDrivers(NvmeDisk disk) throws IOException, AgentException {
        if (!modules.load(DRIVER)) {
            throw new AgentException("this kernel and initrd have no driver for NVMe/TCP: build the initrd of a kernel "
                    + "that has the module nvme-tcp");
        }
        if (disk.secret() != null) {
            loadWishes(FOR_SECRETS);
        }
        if (disk.options().headerDigest() || disk.options().dataDigest()) {
            loadWishes(FOR_DIGESTS);
        }
    }

    @SuppressWarnings("EmptyCatch")
    private void loadWishes(String[] names) {
        for (String name : names) {
            try {
                modules.load(name);
            } catch (IOException refused) {
                // Processors differ in what they have: the connection tells when nothing does.
            }
        }
    }

    /** Only the time in which the server is there counts: a connection that breaks meanwhile is mended by the kernel. */
    private static Optional<String> await(NvmeController controller, int namespace, long patience) throws IOException {
        long live = 0;
        for (long before = now(), after; live < patience; before = after) {
            Optional<String> device = controller.device(namespace);
            String state = controller.state();
            if (device.isPresent() || state.equals("gone")) {
                return device;
            }
            sleep(STEP_MILLIS);
            after = now();
            if (state.equals("live")) {
                live += after - before;
            }
        }
        return Optional.empty();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    private void sayData(NvmeController controller, NvmeDisk disk) throws IOException {
        if (disk.dataNamespace() == 0) {
            return;
        }
        Optional<String> device = await(controller, disk.dataNamespace(), DATA_PATIENCE_MILLIS);
        if (device.isPresent()) {
            console.step("data disk " + device.get() + ": " + Units.bytes(controller.bytes(device.get()))
                    + ", for the system to use");
        } else {
            console.warn("the data disk, namespace " + disk.dataNamespace() + " of " + disk.describe()
                    + ", is not there yet");
        }
    }

    private void event(String message) {
        events.add(BootEvent.of(Stage.CONNECT).saying(message).at(uptime.millis()));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the first thread", e);
        }
    }

    /** Waits for a partition's device, which the kernel may make a little later than the disk's. */
    static void awaitDevice(Path device) throws AgentException {
        long end = now() + PARTITION_PATIENCE_MILLIS;
        while (!Files.exists(device)) {
            if (now() > end) {
                throw new AgentException("the kernel shows no " + device
                        + ": its partition table must have sectors of the disk's size, which is 512 bytes");
            }
            sleep(STEP_MILLIS);
        }
    }

    private final class Waiting implements NvmeConnector.Teller {
        @Override
        public void waiting(NvmeRefusal reason) {
            boolean forEver = reason.kind() == NvmeRefusal.Kind.PASSES;
            console.warn(reason.sentence() + (forEver ? " (trying again until it works)" : " (trying again)"));
            event(reason.sentence());
        }
    }

    private static final class Sleep implements NvmeConnector.Pause {
        @Override
        public void millis(long millis) {
            sleep(millis);
        }
    }
}
