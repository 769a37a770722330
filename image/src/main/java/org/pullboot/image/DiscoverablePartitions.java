package org.pullboot.image;

import java.util.Optional;
import java.util.UUID;

/** Picks partitions by the Discoverable Partitions Specification (UAPI.2). */
public final class DiscoverablePartitions {
    /** The EFI system partition. */
    public static final UUID ESP = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

    /** Linux data of no said purpose, which is the root of many images made by hand. */
    public static final UUID LINUX_GENERIC = UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4");

    private static final long READ_ONLY = 1L << 60;
    private static final long NO_AUTO = 1L << 63;
    private static final String UNUSED_LABEL = "_empty";

    private DiscoverablePartitions() {}

    /**
     * The root partition: of the type for this processor, not marked "no auto", not labelled {@code _empty}; the one
     * with the newest label when there are several.
     */
    public static Optional<GptPartition> root(Gpt gpt, Architecture architecture) {
        return newest(gpt, architecture.root());
    }

    /**
     * The root partition, or, where there is none by its type, the one Linux partition of no said purpose; more than
     * one of those is nothing to choose from.
     */
    public static Optional<GptPartition> rootOrOnlyLinux(Gpt gpt, Architecture architecture) {
        Optional<GptPartition> root = root(gpt, architecture);
        if (root.isPresent()) {
            return root;
        }
        Optional<GptPartition> only = Optional.empty();
        for (GptPartition partition : gpt.partitions()) {
            if (isCandidate(partition, LINUX_GENERIC)) {
                if (only.isPresent()) {
                    return Optional.empty();
                }
                only = Optional.of(partition);
            }
        }
        return only;
    }

    /** The partition of a type that may be used of itself, with the newest label when there are several. */
    public static Optional<GptPartition> newest(Gpt gpt, UUID type) {
        GptPartition newest = null;
        for (GptPartition partition : gpt.partitions()) {
            if (isCandidate(partition, type)
                    && (newest == null || VersionOrder.compare(partition.label(), newest.label()) > 0)) {
                newest = partition;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Whether the partition asks to be mounted read-only. */
    public static boolean isReadOnly(GptPartition partition) {
        return (partition.attributes() & READ_ONLY) != 0;
    }

    private static boolean isCandidate(GptPartition partition, UUID type) {
        return partition.type().equals(type)
                && (partition.attributes() & NO_AUTO) == 0
                && !partition.label().equals(UNUSED_LABEL);
    }
}
