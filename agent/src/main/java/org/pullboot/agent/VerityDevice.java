package org.pullboot.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.VeritySuperblock;
import org.pullboot.linux.DeviceMapper;
import org.pullboot.linux.Errno;
import org.pullboot.linux.KernelKeys;
import org.pullboot.linux.LinuxException;

/**
 * The block devices on which the kernel checks everything that is read against a root hash (dm-verity). They are named
 * as systemd and cryptsetup name them, so that the booted system finds what it would have made.
 */
final class VerityDevice {
    private static final String DRIVER = "dm_verity";

    /** The hash is looked for by name in the kernel's cryptography; some have it built in, or under another name. */
    private static final String[] SHA256 = {"sha256_ssse3", "sha256_ce", "sha256_generic", "sha256"};

    private static final String[] SHA512 = {"sha512_ssse3", "sha512_ce", "sha512_generic", "sha512"};
    private static final String CORRUPTED = "C";

    private final Path devices;
    private final ModuleLoader modules;
    private final Console console;
    private final List<String> names = new ArrayList<>();
    private final List<VerityHash> hashes = new ArrayList<>();
    private @Nullable DeviceMapper mapper;

    /**
     * Nothing is opened yet.
     *
     * @param devices /dev
     */
    VerityDevice(Path devices, ModuleLoader modules, Console console) {
        this.devices = devices;
        this.modules = modules;
        this.console = console;
    }

    /**
     * The devices to make one of.
     *
     * @param data the device with the file system
     * @param dataBytes how long it is
     * @param hashes the device with the hash tree
     * @param signature a signature of the root hash, if there is one
     */
    record Source(Path data, long dataBytes, Path hashes, Optional<byte[]> signature) {}

    /**
     * Opens a device.
     *
     * @param name {@code root} or {@code usr}
     * @return where it is
     * @throws AgentException when hash and devices do not belong together, or the kernel will not have it so
     */
    Path open(String name, VerityHash hash, Source source) throws IOException, AgentException {
        VeritySuperblock superblock = superblock(hash, source);
        load(superblock.algorithm());
        DeviceMapper control = control();
        int number = create(control, name, hash, source, superblock);
        names.add(name);
        hashes.add(hash);
        Path device = devices.resolve("dm-" + number);
        Files.deleteIfExists(devices.resolve("mapper").resolve(name));
        Files.createSymbolicLink(
                devices.resolve("mapper").resolve(name), Path.of("..").resolve(device.getFileName()));
        console.step(device + " is " + source.data() + ", protected by " + hash.origin() + " (" + superblock.algorithm()
                + ", " + Units.bytes(superblock.dataBytes()) + ")");
        return device;
    }

    private static VeritySuperblock superblock(VerityHash hash, Source source) throws IOException, AgentException {
        VeritySuperblock superblock;
        try (FileChannel tree = FileChannel.open(source.hashes(), StandardOpenOption.READ)) {
            superblock = VeritySuperblock.read(tree);
        } catch (ImageException e) {
            throw new AgentException(source.hashes() + ": " + e.getMessage(), e);
        }
        int bytes = superblock.rootHashBytes();
        if (bytes != 0 && bytes != hash.hash().bytes()) {
            throw new AgentException("the image does not match " + hash.origin() + ": the hash has "
                    + hash.hash().bytes() + " bytes, but the image's hash tree is made with " + superblock.algorithm()
                    + ", whose hashes have " + bytes);
        }
        if (superblock.dataBytes() > source.dataBytes()) {
            throw new AgentException("the image is not complete: its hash tree is for "
                    + Units.bytes(superblock.dataBytes()) + ", but " + source.data() + " has only "
                    + Units.bytes(source.dataBytes()) + ": build it again");
        }
        return superblock;
    }

    private void load(String algorithm) throws IOException, AgentException {
        if (!modules.load(DRIVER)) {
            throw new AgentException("this kernel and initrd have no dm-verity, which a root hash needs: build the "
                    + "initrd of a kernel that has the module dm-verity");
        }
        switch (algorithm) {
            case "sha256" -> loadWishes(SHA256);
            case "sha512" -> loadWishes(SHA512);
            default -> loadWishes(new String[] {algorithm + "_generic", algorithm});
        }
    }

    @SuppressWarnings("EmptyCatch")
    private void loadWishes(String[] modulesOfAHash) {
        for (String module : modulesOfAHash) {
            try {
                modules.load(module);
            } catch (IOException refused) {
                // Processors differ in what they have: the device tells when nothing does.
            }
        }
    }

    private DeviceMapper control() throws LinuxException {
        DeviceMapper present = mapper;
        if (present == null) {
            present = DeviceMapper.open(devices.resolve("mapper/control"));
            mapper = present;
        }
        return present;
    }

    private int create(DeviceMapper control, String name, VerityHash hash, Source source, VeritySuperblock superblock)
            throws IOException, AgentException {
        if (source.signature().isPresent()) {
            try {
                return createSigned(
                        control,
                        name,
                        hash,
                        source,
                        superblock,
                        source.signature().get());
            } catch (LinuxException refused) {
                boolean unknown = refused.errno() == Errno.ENOKEY || refused.errno() == Errno.EINVAL;
                if (!unknown || !hash.pinned() || hash.signed()) {
                    throw refusedSignature(hash, refused);
                }
                console.warn("the kernel has no key for the signature of " + hash.origin()
                        + ": it is as the command line says, and goes without");
            }
        } else if (hash.signed()) {
            throw new AgentException("no signature of " + hash.origin()
                    + " is in the image or beside it, but systemd.verity_root_options= asks for one");
        }
        return create(
                control,
                name,
                superblock,
                superblock.table(source.data().toString(), source.hashes().toString(), hash.hash(), hash.options()));
    }

    private static int createSigned(
            DeviceMapper control,
            String name,
            VerityHash hash,
            Source source,
            VeritySuperblock superblock,
            byte[] signature)
            throws LinuxException {
        String key = "pullboot:" + name;
        KernelKeys.addForThisThread(key, signature);
        List<String> options = new ArrayList<>(hash.options());
        options.add("root_hash_sig_key_desc");
        options.add(key);
        return create(
                control,
                name,
                superblock,
                superblock.table(source.data().toString(), source.hashes().toString(), hash.hash(), options));
    }

    private static int create(DeviceMapper control, String name, VeritySuperblock superblock, String table)
            throws LinuxException {
        return control.create(name, uuid(superblock.uuid(), name), superblock.dataSectors(), "verity", table);
    }

    /** As libcryptsetup makes it: veritysetup and systemd know the device by it. */
    private static String uuid(UUID tree, String name) {
        String text = tree.toString();
        StringBuilder plain = new StringBuilder("CRYPT-VERITY-");
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '-') {
                plain.append(text.charAt(i));
            }
        }
        return plain.append('-').append(name).toString();
    }

    private static AgentException refusedSignature(VerityHash hash, LinuxException refused) {
        return new AgentException(
                "the kernel refuses the signature of " + hash.origin() + " " + hash.hash() + ": "
                        + Failure.sentence(refused) + ": sign it with a key whose certificate the kernel has "
                        + "(/proc/keys: .builtin_trusted_keys, .secondary_trusted_keys, .platform)",
                refused);
    }

    /** Takes back what was opened for a root that is not used after all. */
    void close() throws LinuxException {
        for (String name : names) {
            control().remove(name);
        }
        names.clear();
        hashes.clear();
    }

    /**
     * Says when what failed did so because the image is not what it has to be: the kernel then answers reads with an
     * error that says nothing of it.
     *
     * @param failure what happened
     * @throws AgentException instead of it, when the kernel found blocks that do not match the hash
     */
    void blame(Exception failure) throws AgentException {
        for (int i = 0; i < names.size(); i++) {
            if (isCorrupted(names.get(i))) {
                VerityHash hash = hashes.get(i);
                throw new AgentException(
                        "the image does not match " + hash.origin() + " " + hash.hash()
                                + ": it was changed or damaged after it was built: build or download it again ("
                                + Failure.sentence(failure) + ")",
                        failure);
            }
        }
    }

    private boolean isCorrupted(String name) {
        try {
            return control().status(name).startsWith(CORRUPTED);
        } catch (LinuxException unknown) {
            console.warn(Failure.sentence(unknown));
            return false;
        }
    }
}
