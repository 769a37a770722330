package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pullboot.linux.InitProcess;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.Mounts;

/**
 * Hands the machine over: the image's root becomes /, the initramfs gives its memory back, and the agent becomes the
 * image's init.
 *
 * <p>The Java runtime goes on after its own files were deleted and / is another: it has all of them open or mapped.
 */
final class SwitchRoot {
    private static final String[] KERNEL_MOUNTS = {"dev", "proc", "sys", "run"};
    private static final int ROOTFS_UMASK = 022;

    private final Path root;
    private final Path newRoot;

    /**
     * Nothing happens yet.
     *
     * @param root the initramfs: /
     * @param newRoot where the image's root file system is mounted
     */
    SwitchRoot(Path root, Path newRoot) {
        this.root = root;
        this.newRoot = newRoot;
    }

    /**
     * Makes the image's root the root of this process, with /dev, /proc, /sys and /run as they are, and frees the
     * initramfs.
     *
     * @throws AgentException when / is no initramfs: then nothing is deleted
     */
    void enter() throws IOException, AgentException {
        boolean initramfs = isInitramfs(Files.readString(root.resolve("proc/self/mounts"), StandardCharsets.UTF_8));
        for (String name : KERNEL_MOUNTS) {
            move(name);
        }
        if (!initramfs) {
            throw new AgentException("/ is no initramfs, so it cannot be left: start the agent as /init of an initrd");
        }
        deleteAllBelow(root);
        InitProcess.changeDirectory(newRoot);
        Mounts.move(Path.of("."), Path.of("/"));
        InitProcess.changeRoot(".");
        InitProcess.changeDirectory(Path.of("/"));
        InitProcess.umask(ROOTFS_UMASK);
    }

    private void move(String name) throws IOException, AgentException {
        Path target = newRoot.resolve(name);
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(target);
            } catch (IOException e) {
                throw new AgentException(
                        "the image has no directory /" + name + " and takes none: " + e.getMessage()
                                + ": make one in the image, or boot without rd.pullboot.ram=ro",
                        e);
            }
        }
        Mounts.move(root.resolve(name), target);
    }

    /** Whether the file system that is / at last is one that only holds what an initrd's archive put there. */
    static boolean isInitramfs(String mounts) {
        boolean initramfs = false;
        int start = 0;
        while (start < mounts.length()) {
            int found = mounts.indexOf('\n', start);
            int end = found < 0 ? mounts.length() : found;
            int at = mounts.indexOf(" / ", start);
            if (at >= 0 && at < end) {
                initramfs = mounts.startsWith("rootfs ", at + 3)
                        || mounts.startsWith("tmpfs ", at + 3)
                        || mounts.startsWith("ramfs ", at + 3);
            }
            start = end + 1;
        }
        return initramfs;
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    /** Empties a directory, but for other file systems mounted in it. */
    static void deleteAllBelow(Path directory) throws IOException {
        deleteBelow(directory, device(directory));
    }

    /** Everything on the same device; other file systems, such as the new root, are not entered. */
    private static void deleteBelow(Path directory, Object device) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    if (device(entry).equals(device)) {
                        deleteBelow(entry, device);
                        deleteDirectory(entry);
                    }
                } else {
                    Files.delete(entry);
                }
            }
        }
    }

    @SuppressWarnings("EmptyCatch")
    private static void deleteDirectory(Path directory) throws IOException {
        try {
            Files.delete(directory);
        } catch (DirectoryNotEmptyException mountPointInside) {
            // It holds the mount point of the new root, and costs nothing.
        }
    }

    /**
     * Becomes the image's init; returns only by throwing.
     *
     * @param programs what to try, in order
     * @param arguments what init gets after its own name
     * @param environment NAME=value
     * @throws AgentException when the kernel can run none of them
     */
    void execute(List<String> programs, List<String> arguments, List<String> environment) throws AgentException {
        StringBuilder reasons = new StringBuilder();
        try {
            InitProcess.unblockSignals();
            InitProcess.closeDescriptorsOnExecute();
        } catch (LinuxException e) {
            throw new AgentException("cannot hand over to the image's init: " + e.getMessage(), e);
        }
        for (String program : programs) {
            List<String> all = new ArrayList<>();
            all.add(program);
            all.addAll(arguments);
            try {
                InitProcess.execute(program, all, environment);
            } catch (LinuxException e) {
                reasons.append(reasons.isEmpty() ? "" : "; ").append(e.getMessage());
            }
        }
        throw new AgentException("the image's init does not start: " + reasons
                + ": is the image for this kind of machine, and complete?");
    }
}
