package org.pullboot.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.RootHash;

/**
 * The partitions of an image that belong to a root hash (Discoverable Partitions Specification): the data's UUID is the
 * first 128 bits of the hash, that of the hash tree the last.
 *
 * @param sectorBytes the size of the image's sectors
 * @param data the partition with the file system
 * @param hashes the partition with the hash tree
 * @param signature a partition of the type for signatures, if there is one
 */
record VerityParts(int sectorBytes, GptPartition data, GptPartition hashes, Optional<GptPartition> signature) {
    /**
     * Finds them.
     *
     * @param image an image or a disk with a GUID partition table
     * @param signatureType the type of a partition with a signature
     * @throws AgentException when there is none of these UUIDs
     */
    static VerityParts find(Path image, VerityHash hash, UUID signatureType) throws IOException, AgentException {
        Gpt gpt;
        try (FileChannel disk = FileChannel.open(image, StandardOpenOption.READ)) {
            gpt = Gpt.read(disk);
        }
        RootHash root = hash.hash();
        GptPartition data = of(gpt, root.dataPartition());
        GptPartition hashes = of(gpt, root.hashPartition());
        if (data == null || hashes == null) {
            UUID missing = data == null ? root.dataPartition() : root.hashPartition();
            throw new AgentException(image.getFileName() + " is not the image that " + hash.origin()
                    + " was made for: it has no partition with the UUID " + missing + ", which is the "
                    + (data == null ? "first" : "last") + " half of a hash of " + root
                    + ": rebuild the UKI with the image, or serve the image that it was built with");
        }
        GptPartition signature = null;
        for (GptPartition partition : gpt.partitions()) {
            if (partition.type().equals(signatureType)) {
                signature = partition;
            }
        }
        return new VerityParts(gpt.sectorBytes(), data, hashes, Optional.ofNullable(signature));
    }

    private static @Nullable GptPartition of(Gpt gpt, UUID uuid) {
        for (GptPartition partition : gpt.partitions()) {
            if (partition.uuid().equals(uuid)) {
                return partition;
            }
        }
        return null;
    }
}
