package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.Memory;
import org.pullboot.oci.OciPuller;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.Installation;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.PullType;
import org.pullboot.pull.Puller;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.SideFile;
import org.pullboot.pull.Stage;
import org.pullboot.pull.Verification;

/** Downloads into memory, each only if it fits, and with its progress told. */
final class Downloads {
    private static final long SMALLEST_RUN = 1 << 20;
    private static final Installation WITH_HASHES =
            Installation.PLAIN.with(Set.of(SideFile.ROOT_HASH, SideFile.ROOT_HASH_SIGNATURE, SideFile.VERITY));

    private final Path root;
    private final BootWords words;
    private final @Nullable BootOrigin origin;
    private final @Nullable BootPlan plan;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;
    private final Puller puller;
    private final OciPuller containers;

    /**
     * Nothing is downloaded yet.
     *
     * @param root /
     * @param trust which servers https is spoken with
     * @param origin where this machine was booted from, if known
     * @param plan what the server says, if it says anything
     */
    Downloads(
            Path root,
            BootWords words,
            ServerTrust trust,
            @Nullable BootOrigin origin,
            @Nullable BootPlan plan,
            Console console,
            ServerEvents events,
            Uptime uptime) {
        this.root = root;
        this.words = words;
        this.origin = origin;
        this.plan = plan;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
        this.puller = Http.forImages(root, trust);
        this.containers = Http.forContainers(root, trust);
    }

    /**
     * Downloads an image.
     *
     * @param place where it goes
     * @param intoMemory whether it takes memory there
     */
    void pull(PullExpression image, Path place, boolean intoMemory) throws IOException, AgentException {
        PullRequest request = PullRequest.of(image, origin, words, plan).to(place);
        if (intoMemory) {
            pull(request);
        } else {
            pull(request, null);
        }
    }

    /**
     * Downloads the image that the root is in, with what stands beside a raw one for dm-verity.
     *
     * @param place where it goes
     */
    void pullRoot(PullExpression image, Path place) throws IOException, AgentException {
        PullRequest request = PullRequest.of(image, origin, words, plan).to(place);
        pull(image.type() == PullType.RAW ? request.installed(WITH_HASHES) : request);
    }

    /**
     * Downloads the hash tree from beside an image, which a root hash on the command line vouches for.
     *
     * @param place where the image is
     */
    void pullTree(PullExpression image, Path place) throws IOException, AgentException {
        pull(PullRequest.of(image, origin, words, plan).to(place).sideFile(SideFile.VERITY));
    }

    /**
     * Downloads the archive of kernel modules, verified as the root image is unless its own digest is pinned.
     *
     * @param rootImage nothing when the root is no download: then the archive must be pinned, or in a checksum list
     * @return where it is unpacked
     */
    Path pullModules(String name, Optional<PullExpression> rootImage, Path destination)
            throws IOException, AgentException {
        BootOrigin from = origin;
        if (from == null) {
            if (rootImage.isEmpty()) {
                throw new AgentException("where " + name
                        + " is to be downloaded from is not known: give the boot URL as rd.pullboot.origin=");
            }
            from = new BootOrigin(rootImage.get().url());
        }
        Verification verification = rootImage.isPresent() ? rootImage.get().verification() : Verification.CHECKSUM;
        pull(PullRequest.beside(from, name, PullType.TAR, destination, verification, words, plan));
        return destination;
    }

    /** /run is made just as large as memory allows, so that a too large image is an error and not the end of the agent. */
    void pull(PullRequest request) throws IOException, AgentException {
        MemoryCheck memory = new MemoryCheck(Memory.read(root.resolve("proc/meminfo")));
        Path run = root.resolve("run");
        long used = run.toFile().getTotalSpace() - run.toFile().getFreeSpace();
        limitRun(used + memory.room());
        try {
            pull(request, memory);
        } catch (PullException e) {
            String message = e.getMessage();
            if (message != null && message.contains("No space left on device")) {
                throw new AgentException(memory.exceeded(request.name()), e);
            }
            throw e;
        }
    }

    private void pull(PullRequest request, @Nullable MemoryCheck memory) throws PullException {
        event(BootEvent.of(Stage.DOWNLOAD).download(request.name(), 0, -1));
        DownloadReport report = new DownloadReport(request.name(), memory, console, events, uptime);
        PullResult result =
                request.type() == PullType.OCI ? containers.pull(request, report) : puller.pull(request, report);
        event(BootEvent.of(Stage.DOWNLOAD).download(request.name(), result.transferred(), result.transferred()));
        console.step("downloaded " + request.name() + ": " + Units.bytes(result.transferred()) + " in "
                + Units.seconds(result.nanos()) + ", " + Units.bytes(result.unpacked()) + " unpacked, "
                + verified(result.verifiedBy()));
    }

    private void limitRun(long bytes) {
        try {
            EarlyMounts.resizeRun(root, "size=" + Math.max(SMALLEST_RUN, bytes));
        } catch (LinuxException e) {
            console.warn("an image that is too large may stop the agent: " + Failure.sentence(e));
        }
    }

    private static String verified(PullResult.VerifiedBy by) {
        return switch (by) {
            case PIN -> "as pinned";
            case CHECKSUM -> "as in its checksum list";
            case SIGNATURE -> "as in its signed checksum list";
            case NOTHING -> "not verified";
        };
    }

    private void event(BootEvent event) {
        events.add(event.at(uptime.millis()));
    }
}
