package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Architecture;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.linux.Errno;
import org.pullboot.linux.ExtendedAttributes;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.MountFlag;
import org.pullboot.linux.Mounts;

/**
 * Mounts the root file system of an image where the image's init will find it. Nothing but our own loop devices, the
 * disk that was connected and memory is ever mounted.
 */
final class RootFileSystem {
    private static final int SECTOR = 512;

    private final Path target;
    private final Path work;
    private final ProtectedRoot protectedRoot;
    private final ModuleLoader modules;
    private final Console console;
    private @Nullable RootDisk disk;

    /**
     * Nothing is mounted yet.
     *
     * @param target where the root file system appears: /sysroot
     * @param work a directory for the mounts below it, which the system gets to see: /run/pullboot
     * @param protectedRoot opens what a root hash protects
     */
    RootFileSystem(Path target, Path work, ProtectedRoot protectedRoot, ModuleLoader modules, Console console) {
        this.target = target;
        this.work = work;
        this.protectedRoot = protectedRoot;
        this.modules = modules;
        this.console = console;
    }

    /**
     * How a raw image is mounted.
     *
     * @param option {@code root=}
     * @param hash {@code roothash=}: then it says which part of the image is the root
     * @param flags {@code rootflags=}
     * @param type {@code rootfstype=}, empty to find out
     * @param overlay whether memory takes what the system writes; else it can write nothing
     * @param readOnly whether {@code ro} was asked for: the overlay is mounted read-only at first
     */
    record RawOptions(
            RootOption option,
            Optional<VerityHash> hash,
            RootFlags flags,
            String type,
            boolean overlay,
            boolean readOnly) {}

    /**
     * Mounts a raw image, read-only and mostly under an overlay.
     *
     * @param image the file; it stays in use
     */
    void mountRaw(Path image, RawOptions options) throws IOException, AgentException {
        modules.load("loop");
        String type = options.type();
        Path device;
        if (options.hash().isPresent()) {
            ProtectedRoot.Opened opened =
                    protectedRoot.openFile(image, options.hash().get());
            disk = opened.disk();
            device = opened.device();
            type = type.isEmpty() ? type(device) : type;
        } else {
            RootPart part = RootPart.find(image, options.option(), Architecture.current());
            if (type.isEmpty()) {
                if (part.offset() < 0) {
                    throw new AgentException(
                            image.getFileName()
                                    + " has an MBR partition table: name the root's file system as well, as in rootfstype=ext4");
                }
                type = part.fileSystem(image).kernelName();
            }
            RootDisk attached = RootDisk.attach(image, part.sectorBytes());
            device = attached.device(part.partition(), part.offset(), part.bytes());
            disk = attached;
        }
        modules.load(driver(type));
        Files.createDirectories(target);
        mountUnwritten(device, type, options.flags(), options.overlay(), options.readOnly());
        console.step("root: " + device + " (" + type + ") of " + image
                + (options.overlay() ? " under an overlay in memory" : ", read-only"));
    }

    /** The file system of a device as it is read through the device: what is read of a protected one is what was hashed. */
    private static String type(Path device) throws IOException, AgentException {
        return new RootPart(SECTOR, 0, 0, 0, true).fileSystem(device).kernelName();
    }

    private void mountUnwritten(Path device, String type, RootFlags flags, boolean overlay, boolean readOnly)
            throws IOException, AgentException {
        if (overlay) {
            Path lower = Files.createDirectories(work.resolve("lower"));
            mountReadOnly(device, lower, type, flags);
            overlay(lower, readOnly);
        } else {
            mountReadOnly(device, target, type, flags);
        }
    }

    /** Makes memory the root of a system that is all in /usr, which is a part of the image. */
    void mountMemory(Path image) throws IOException, AgentException {
        modules.load("loop");
        if (!(ImageProbe.probe(image).kind() instanceof ImageKind.GptDisk(int sectorBytes))) {
            throw new AgentException(image.getFileName()
                    + " has no GUID partition table, so it has no partition for /usr, which root=tmpfs needs");
        }
        disk = RootDisk.attach(image, sectorBytes);
        Files.createDirectories(target);
        Mounts.mount("tmpfs", target, "tmpfs", "mode=0755");
        console.step("root: memory");
    }

    /**
     * Mounts what is to be /usr, from the image or disk that the root was mounted from.
     *
     * @param type {@code mount.usrfstype=}, empty to find out
     * @param flags {@code mount.usrflags=}
     */
    void mountUsr(VerityHash hash, String type, RootFlags flags) throws IOException, AgentException {
        RootDisk from = disk;
        if (from == null) {
            throw new AgentException(hash.origin() + " names a partition of the root's image, but the root is a tar: "
                    + "make a raw image");
        }
        Path device = protectedRoot.openUsr(from, hash);
        String known = type.isEmpty() ? type(device) : type;
        modules.load(driver(known));
        Path usr = target.resolve("usr");
        if (!Files.isDirectory(usr)) {
            Files.createDirectory(usr);
        }
        mountReadOnly(device, usr, known, flags);
        console.step("/usr: " + device + " (" + known + "), read-only");
    }

    /**
     * How a disk is mounted.
     *
     * @param option which part of it
     * @param hash {@code roothash=}: then it says which part is the root, and nothing is ever written to that
     * @param flags {@code rootflags=}
     * @param type {@code rootfstype=}, empty to find out
     * @param overlay whether memory takes what the system writes when the disk cannot
     * @param readOnly whether {@code ro} was asked for
     * @param readWrite whether {@code rw} was asked for, whatever the partition table says
     */
    record DiskOptions(
            RootOption option,
            Optional<VerityHash> hash,
            RootFlags flags,
            String type,
            boolean overlay,
            boolean readOnly,
            boolean readWrite) {}

    /**
     * Mounts a disk that is this machine's own, so that what the system writes goes there.
     *
     * @param disk the block device of the whole disk
     */
    void mountDisk(Path disk, DiskOptions options) throws IOException, AgentException {
        RootDisk connected = RootDisk.connected(disk);
        this.disk = connected;
        Files.createDirectories(target);
        if (options.hash().isPresent()) {
            Path device = protectedRoot.openRoot(connected, options.hash().get());
            String type = options.type().isEmpty() ? type(device) : options.type();
            modules.load(driver(type));
            mountUnwritten(device, type, options.flags(), options.overlay(), options.readOnly());
            sayUnwritten(device, type, options.overlay());
            return;
        }
        RootPart part = RootPart.find(disk, options.option(), Architecture.current());
        Path device = connected.device(part.partition(), part.offset(), part.bytes());
        String type = options.type();
        if (type.isEmpty()) {
            RootPart whole = part.offset() < 0 ? new RootPart(part.sectorBytes(), 0, 0, 0, false) : part;
            type = whole.fileSystem(part.offset() < 0 ? device : disk).kernelName();
        }
        modules.load(driver(type));
        boolean readOnly = options.readOnly() || (part.readOnly() && !options.readWrite());
        boolean writable = !isAlwaysReadOnly(type) && (readOnly || mountWritable(device, type, options.flags()));
        if (!writable) {
            mountUnwritten(device, type, options.flags(), options.overlay(), options.readOnly());
            sayUnwritten(device, type, options.overlay());
            return;
        }
        if (readOnly) {
            mountReadOnly(device, target, type, options.flags());
        }
        console.step("root: " + device + " (" + type + ")" + (readOnly ? ", read-only" : ", read-write"));
    }

    private void sayUnwritten(Path device, String type, boolean overlay) {
        console.step("root: " + device + " (" + type + ") that cannot be written to"
                + (overlay ? ", under an overlay in memory" : ""));
    }

    private static boolean isAlwaysReadOnly(String type) {
        return type.equals("erofs") || type.equals("squashfs") || type.equals("iso9660");
    }

    /** Whether it could be mounted so: a disk may be write-protected. */
    private boolean mountWritable(Path device, String type, RootFlags options) throws LinuxException, AgentException {
        try {
            Mounts.mount(
                    device.toString(),
                    target,
                    type,
                    options.data(),
                    options.flags().toArray(new MountFlag[0]));
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODEV) {
                throw noDriver(type, e);
            }
            if (e.errno() == Errno.EACCES || e.errno() == Errno.EROFS) {
                return false;
            }
            throw e;
        }
    }

    private static AgentException noDriver(String type, LinuxException refused) {
        return new AgentException(
                "this kernel and initrd have no driver for the file system " + type
                        + ": build the initrd with its module (--module " + driver(type) + ")",
                refused);
    }

    /** The module that knows a file system. */
    private static String driver(String type) {
        return switch (type) {
            case "ext2", "ext3" -> "ext4";
            case "iso9660" -> "isofs";
            default -> type;
        };
    }

    private void mountReadOnly(Path device, Path where, String type, RootFlags options)
            throws LinuxException, AgentException {
        List<MountFlag> all = new ArrayList<>(options.flags());
        all.add(MountFlag.READ_ONLY);
        MountFlag[] flags = all.toArray(new MountFlag[0]);
        try {
            Mounts.mount(device.toString(), where, type, options.data(), flags);
        } catch (LinuxException e) {
            String withoutJournal = withoutJournal(type);
            if (e.errno() == Errno.ENODEV) {
                throw noDriver(type, e);
            }
            if (e.errno() != Errno.EROFS || withoutJournal.isEmpty()) {
                throw e;
            }
            console.warn("the image was not unmounted cleanly: what its journal holds is left out");
            String data = options.data();
            Mounts.mount(device.toString(), where, type, data + (data.isEmpty() ? "" : ",") + withoutJournal, flags);
        }
    }

    /** The option that leaves a journal alone, which can only be played back when one may write. */
    private static String withoutJournal(String type) {
        return switch (type) {
            case "ext3", "ext4" -> "noload";
            case "xfs" -> "norecovery";
            case "btrfs" -> "rescue=nologreplay";
            default -> "";
        };
    }

    /** The root directory of an overlay is its upper one, so that takes mode and owner from the image's. */
    private void overlay(Path lower, boolean readOnly) throws IOException {
        modules.load("overlay");
        Path writes = Files.createDirectories(work.resolve("writes"));
        Mounts.mount("tmpfs", writes, "tmpfs", "mode=0755");
        Path upper = Files.createDirectory(writes.resolve("upper"));
        Path scratch = Files.createDirectory(writes.resolve("work"));
        for (String attribute : new String[] {"unix:uid", "unix:gid", "unix:mode"}) {
            Object value = Files.getAttribute(lower, attribute);
            Files.setAttribute(
                    upper, attribute, attribute.equals("unix:mode") ? (Object) ((Integer) value & 07777) : value);
        }
        copyLabels(lower, upper);
        String options = overlayOptions(lower, upper, scratch);
        if (readOnly) {
            Mounts.mount("overlay", target, "overlay", options, MountFlag.READ_ONLY);
        } else {
            Mounts.mount("overlay", target, "overlay", options);
        }
    }

    private void copyLabels(Path lower, Path upper) {
        try {
            ExtendedAttributes.copyLabels(lower, upper);
        } catch (LinuxException e) {
            console.warn("the root directory has no security label in memory: " + Failure.sentence(e));
        }
    }

    static String overlayOptions(Path lower, Path upper, Path scratch) {
        return "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + scratch;
    }

    /** Takes back what was opened for a root that could not be mounted, for another. */
    void giveUp() throws LinuxException {
        protectedRoot.close();
        disk = null;
    }

    /**
     * Makes a directory of /run the root, which must not inherit what /run forbids.
     *
     * @param readOnly whether the system can write nothing
     */
    void mountDirectory(Path directory, boolean readOnly) throws IOException {
        Files.createDirectories(target);
        Mounts.bind(directory, target);
        if (readOnly) {
            Mounts.changeFlags(target, MountFlag.READ_ONLY);
        } else {
            Mounts.changeFlags(target);
        }
        console.step("root: " + directory + (readOnly ? ", read-only" : ""));
    }
}
