package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.ImageClass;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullType;
import org.pullboot.pull.Stage;

/**
 * Downloads the images of a boot, one after the other: the root first, as nothing else matters without it; then what
 * lives in memory and reaches the booted system in /run; last, once the root is mounted, what is to stay on it.
 *
 * <p>A machine boots without an image that is not its root, as under systemd, where nothing requires one; but where
 * {@code rd.systemd.pull.failure_action=} says what becomes of a machine whose download failed, it becomes of this one.
 */
final class ImageDownloads {
    private final Downloads downloads;
    private final Path root;
    private final List<PullExpression> others;
    private final boolean strict;
    private final Console console;
    private final ServerEvents events;
    private final Uptime uptime;
    private int failed;

    /**
     * Nothing is downloaded yet.
     *
     * @param root /
     * @param others the images that are not the root
     * @param strict whether every image must be there, not only the root
     */
    ImageDownloads(
            Downloads downloads,
            Path root,
            List<PullExpression> others,
            boolean strict,
            Console console,
            ServerEvents events,
            Uptime uptime) {
        this.downloads = downloads;
        this.root = root;
        this.others = List.copyOf(others);
        this.strict = strict;
        this.console = console;
        this.events = events;
        this.uptime = uptime;
    }

    /**
     * Downloads the image that the root is in.
     *
     * @param hashed whether the command line has its root hash, for which a bare file system needs its hash tree
     */
    void root(PullExpression image, boolean hashed) throws IOException, AgentException {
        Path place = inMemory(image);
        downloads.pullRoot(image, place);
        if (hashed && image.type() == PullType.RAW && ProtectedRoot.lacksTree(place)) {
            downloads.pullTree(image, place);
        }
    }

    /** Downloads the others that live in memory. */
    void intoMemory() throws IOException, AgentException {
        for (PullExpression image : others) {
            if (image.runtime()) {
                pull(image, memory(image), true);
            }
        }
    }

    /**
     * Downloads what stays on the root file system ({@code runtime=no}); an image that is there from an earlier boot is
     * not downloaded again.
     *
     * @param sysroot where the root is mounted
     * @param onDisk whether the root is a disk, where images take no memory
     */
    void ontoRoot(Path sysroot, boolean onDisk) throws IOException, AgentException {
        for (PullExpression image : others) {
            if (image.runtime()) {
                continue;
            }
            Path directory = onRoot(sysroot, image);
            if (Files.exists(directory.resolve(image.destination().getFileName()), LinkOption.NOFOLLOW_LINKS)) {
                console.step(image.destination() + " is there already");
            } else {
                pull(image, directory, !onDisk);
            }
        }
    }

    /** Whether everything that was to be downloaded was. */
    boolean isComplete() {
        return failed == 0;
    }

    private void pull(PullExpression image, Path directory, boolean intoMemory) throws IOException, AgentException {
        try {
            makeDirectory(directory, image.imageClass());
            downloads.pull(image, directory.resolve(image.destination().getFileName()), intoMemory);
        } catch (IOException | AgentException e) {
            if (strict) {
                throw e;
            }
            failed++;
            String sentence = "going on without " + image.destination() + ": " + Failure.sentence(e);
            console.warn(sentence);
            events.add(BootEvent.of(Stage.DOWNLOAD).saying(sentence).at(uptime.millis()));
        }
    }

    /** Where an image goes that lives in memory, which the root does whatever its expression says. */
    Path inMemory(PullExpression image) {
        return memory(image).resolve(image.destination().getFileName());
    }

    private Path memory(PullExpression image) {
        return below(root, image.imageClass().directory(true));
    }

    /** Links in the image lead where they will lead once it runs. */
    private static Path onRoot(Path sysroot, PullExpression image) throws IOException {
        Path directory = image.imageClass().directory(false);
        Optional<Path> there = RootedPath.resolve(sysroot, directory.toString());
        if (there.isPresent()) {
            return there.get();
        }
        Optional<Path> parent = RootedPath.resolve(sysroot, String.valueOf(directory.getParent()));
        return parent.isPresent() ? parent.get().resolve(directory.getFileName()) : below(sysroot, directory);
    }

    private static Path below(Path root, Path absolute) {
        return root.resolve(Path.of("/").relativize(absolute));
    }

    /** As systemd makes them: nobody but root has to do with machines and services, everybody reads extensions. */
    private static void makeDirectory(Path directory, ImageClass imageClass) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        String permissions = switch (imageClass) {
            case MACHINE, PORTABLE -> "rwx------";
            case SYSEXT, CONFEXT -> "rwxr-xr-x";
        };
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }
}
