package org.pullboot.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.pullboot.image.Architecture;
import org.pullboot.image.GptPartition;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.image.VeritySignature;
import org.pullboot.linux.KernelKeys;
import org.pullboot.linux.LinuxException;

/** Finds what belongs to a root hash in an image, on a disk, or beside an image, and opens it. */
final class ProtectedRoot {
    private static final int SECTOR = 512;
    private static final String ROOT = "root";
    private static final String USR = "usr";

    private final VerityDevice devices;

    ProtectedRoot(VerityDevice devices) {
        this.devices = devices;
    }

    /**
     * A protected file system.
     *
     * @param disk what it is in
     * @param device where it can be mounted from
     */
    record Opened(RootDisk disk, Path device) {}

    /**
     * Opens the root of an image file.
     *
     * @param image with a partition table; or a bare file system, whose hash tree is the file NAME.verity beside it
     */
    Opened openFile(Path image, VerityHash hash) throws IOException, AgentException {
        if (ImageProbe.probe(image).kind() instanceof ImageKind.GptDisk(int sectorBytes)) {
            RootDisk disk = RootDisk.attach(image, sectorBytes);
            return new Opened(disk, openRoot(disk, hash));
        }
        Path tree = beside(image, ".verity");
        if (!Files.exists(tree)) {
            throw new AgentException(hash.origin() + " protects " + image.getFileName()
                    + ", which has no GUID partition table: make an image with a root and a root-verity partition, or "
                    + "serve the hash tree as " + tree.getFileName() + " beside it");
        }
        RootDisk disk = RootDisk.attach(image, SECTOR);
        RootDisk hashes = RootDisk.attach(tree, SECTOR);
        Path device = devices.open(
                ROOT,
                hash,
                new VerityDevice.Source(
                        disk.device(0, 0, 0),
                        Files.size(image),
                        hashes.device(0, 0, 0),
                        file(beside(image, ".roothash.p7s"))));
        return new Opened(disk, device);
    }

    /** Whether a hash tree is to be looked for beside an image: a bare file system has it nowhere else. */
    static boolean lacksTree(Path image) throws IOException {
        return !(ImageProbe.probe(image).kind() instanceof ImageKind.GptDisk)
                && !Files.exists(beside(image, ".verity"));
    }

    /** Opens the root partition of a disk. */
    Path openRoot(RootDisk disk, VerityHash hash) throws IOException, AgentException {
        return open(ROOT, disk, hash, Architecture.current().rootVeritySignature(), ".roothash.p7s");
    }

    /** Opens the partition of a disk that is mounted at /usr. */
    Path openUsr(RootDisk disk, VerityHash hash) throws IOException, AgentException {
        return open(USR, disk, hash, Architecture.current().usrVeritySignature(), ".usrhash.p7s");
    }

    private Path open(String name, RootDisk disk, VerityHash hash, UUID signatureType, String signatureSuffix)
            throws IOException, AgentException {
        VerityParts parts = VerityParts.find(disk.content(), hash, signatureType);
        Optional<byte[]> beside = file(beside(disk.content(), signatureSuffix));
        Optional<byte[]> signature = beside.isPresent() || parts.signature().isEmpty()
                ? beside
                : Optional.of(signature(disk.content(), parts.signature().get(), hash));
        return devices.open(
                name,
                hash,
                new VerityDevice.Source(
                        disk.device(parts.data()), parts.data().bytes(), disk.device(parts.hashes()), signature));
    }

    private static byte[] signature(Path content, GptPartition partition, VerityHash hash)
            throws IOException, AgentException {
        int bytes = (int) Math.min(partition.bytes(), VeritySignature.MOST_BYTES);
        ByteBuffer head = ByteBuffer.allocate(bytes);
        try (FileChannel file = FileChannel.open(content, StandardOpenOption.READ)) {
            for (int count = 0; count >= 0 && head.hasRemaining(); ) {
                count = file.read(head, partition.offset() + head.position());
            }
        }
        VeritySignature signature = VeritySignature.parse(head.array());
        if (!signature.rootHash().equals(hash.hash())) {
            throw new AgentException("the signature in partition " + partition.number() + " is of the hash "
                    + signature.rootHash() + ", but " + hash.origin() + " is " + hash.hash()
                    + ": build the image again");
        }
        return signature.signature();
    }

    /** Takes back what was opened, for another root. */
    void close() throws LinuxException {
        devices.close();
    }

    /** As {@link VerityDevice#blame}. */
    void blame(Exception failure) throws AgentException {
        devices.blame(failure);
    }

    /** The hash of an image for which the command line has none, from NAME.roothash beside it. */
    static Optional<VerityHash> hashBeside(Path image) throws IOException, AgentException {
        Path file = beside(image, ".roothash");
        Optional<byte[]> content = file(file);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        for (byte b : content.get()) {
            text.append((char) (b & 0xFF));
        }
        return Optional.of(VerityHash.ofFile(text.toString(), file.getFileName().toString()));
    }

    /** The name of a file beside an image: NAME.verity for NAME.raw. */
    private static Path beside(Path image, String suffix) {
        String name = image.getFileName().toString();
        String stem = name.endsWith(".raw") ? name.substring(0, name.length() - ".raw".length()) : name;
        return image.resolveSibling(stem + suffix);
    }

    private static Optional<byte[]> file(Path file) throws IOException, AgentException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > KernelKeys.MOST_BYTES) {
            throw new AgentException(file + " has more than the " + KernelKeys.MOST_BYTES
                    + " bytes that a root hash or its signature may have: it is none");
        }
        return Optional.of(Files.readAllBytes(file));
    }
}
