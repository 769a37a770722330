package org.pullboot.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.pullboot.image.Architecture;
import org.pullboot.image.DiscoverablePartitions;
import org.pullboot.image.FileSystemType;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;

/**
 * The part of a raw image that holds the root file system.
 *
 * @param sectorBytes the size of the image's sectors
 * @param partition from 1; 0 for the whole image
 * @param offset where the part begins, in bytes from the start of the image
 * @param bytes how long it is; 0 for all that follows
 * @param readOnly whether the partition table asks for nothing to be written to it
 */
record RootPart(int sectorBytes, int partition, long offset, long bytes, boolean readOnly) {
    private static final int SECTOR = 512;

    /**
     * Finds it.
     *
     * @param image a raw image
     * @param option which part is asked for
     * @throws AgentException when the image has no such part
     */
    static RootPart find(Path image, RootOption option, Architecture architecture) throws IOException, AgentException {
        ImageKind kind = ImageProbe.probe(image).kind();
        int number = number(option);
        if (kind instanceof ImageKind.GptDisk) {
            try (FileChannel disk = FileChannel.open(image, StandardOpenOption.READ)) {
                return of(image, Gpt.read(disk), option, number, architecture);
            }
        }
        if (kind instanceof ImageKind.BareFileSystem && number == 0 && !namesPartition(option)) {
            return new RootPart(SECTOR, 0, 0, 0, false);
        }
        if (kind instanceof ImageKind.MbrDisk && number > 0) {
            return new RootPart(SECTOR, number, -1, 0, false);
        }
        throw new AgentException(refusal(image, kind));
    }

    private static int number(RootOption option) {
        if (option instanceof RootOption.Loop loop) {
            return loop.partition();
        }
        if (option instanceof RootOption.PartitionNumber number) {
            return number.partition();
        }
        return option instanceof RootOption.FirstLoop loop ? loop.partition() : 0;
    }

    private static boolean namesPartition(RootOption option) {
        return option instanceof RootOption.PartitionUuid || option instanceof RootOption.PartitionLabel;
    }

    private static RootPart of(Path image, Gpt gpt, RootOption option, int number, Architecture architecture)
            throws AgentException {
        GptPartition found = null;
        if (number == 0 && !namesPartition(option)) {
            Optional<GptPartition> root = DiscoverablePartitions.root(gpt, architecture);
            if (root.isPresent()) {
                found = root.get();
            } else if (gpt.partitions().size() == 1) {
                found = gpt.partitions().getFirst();
            }
        } else {
            for (GptPartition partition : gpt.partitions()) {
                if (is(partition, option, number)) {
                    found = partition;
                }
            }
        }
        if (found == null) {
            throw new AgentException(image.getFileName() + " has no such partition as the root: "
                    + wanted(option, number) + ", it has " + listed(gpt));
        }
        return new RootPart(
                gpt.sectorBytes(),
                found.number(),
                found.offset(),
                found.bytes(),
                DiscoverablePartitions.isReadOnly(found));
    }

    private static boolean is(GptPartition partition, RootOption option, int number) {
        if (option instanceof RootOption.PartitionUuid uuid) {
            return partition.uuid().toString().equals(uuid.uuid());
        }
        if (option instanceof RootOption.PartitionLabel label) {
            return partition.label().equals(label.label());
        }
        return partition.number() == number;
    }

    private static String wanted(RootOption option, int number) {
        if (option instanceof RootOption.PartitionUuid uuid) {
            return "expected one with the UUID " + uuid.uuid();
        }
        if (option instanceof RootOption.PartitionLabel label) {
            return "expected one with the label '" + label.label() + "'";
        }
        return number > 0
                ? "expected number " + number
                : "expected one of the type that the Discoverable Partitions Specification has for the root of this "
                        + "kind of machine";
    }

    private static String listed(Gpt gpt) {
        StringBuilder text = new StringBuilder();
        for (GptPartition partition : gpt.partitions()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(partition.number())
                    .append(" '")
                    .append(partition.label())
                    .append("' of type ")
                    .append(partition.type());
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    private static String refusal(Path image, ImageKind kind) {
        String what = image.getFileName() + " is " + kind.describe();
        if (kind instanceof ImageKind.Tar) {
            return what + ": write tar instead of raw in rd.systemd.pull=";
        }
        if (kind instanceof ImageKind.Qcow2) {
            return what + ": convert it (qemu-img convert -O raw) and serve the result";
        }
        if (kind instanceof ImageKind.MbrDisk) {
            return what + ", which does not say where the root is: name the partition, as in root=/dev/loop0p1";
        }
        return what + ": expected a disk image with a GUID partition table, or a file system";
    }

    /**
     * What file system is in the part.
     *
     * @throws AgentException when there is none that can be mounted
     */
    FileSystemType fileSystem(Path image) throws IOException, AgentException {
        ByteBuffer head = ByteBuffer.allocate(FileSystemType.PROBE_BYTES);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ)) {
            for (int count = 0; count >= 0 && head.hasRemaining(); ) {
                count = file.read(head, offset + head.position());
            }
        }
        Optional<FileSystemType> type = FileSystemType.probe(head.flip());
        String where = partition == 0
                ? image.getFileName().toString()
                : "partition " + partition + " of " + image.getFileName();
        if (type.isEmpty()) {
            throw new AgentException(where + " holds no file system that is known here: name it with rootfstype=");
        }
        if (!type.get().mountable()) {
            throw new AgentException(where + " holds " + type.get().kernelName()
                    + ", which cannot be the root as it is: use a plain file system");
        }
        return type.get();
    }
}
