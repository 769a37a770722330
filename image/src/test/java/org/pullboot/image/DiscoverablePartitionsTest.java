package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DiscoverablePartitionsTest {
    private static final UUID ROOT = Architecture.X86_64.root();
    private static final UUID LINUX = DiscoverablePartitions.LINUX_GENERIC;

    private final List<GptPartition> partitions = new ArrayList<>();

    private void add(UUID type, String label, long attributes) {
        int number = partitions.size() + 1;
        partitions.add(new GptPartition(number, type, new UUID(1, number), number * 4096L, 4096, attributes, label));
    }

    private Gpt gpt() {
        return new Gpt(512, new UUID(0, 1), partitions, false);
    }

    @Test
    void theNewestLabelWins() {
        add(DiscoverablePartitions.ESP, "z", 0);
        add(ROOT, "image_9", 0);
        add(ROOT, "image_10", 0);
        add(ROOT, "image_10~rc1", 0);
        add(Architecture.ARM64.root(), "image_99", 0);

        assertThat(DiscoverablePartitions.root(gpt(), Architecture.X86_64))
                .map(GptPartition::number)
                .hasValue(3);
        assertThat(DiscoverablePartitions.root(gpt(), Architecture.ARM64))
                .map(GptPartition::number)
                .hasValue(5);
    }

    @Test
    void emptyAndNoAutoPartitionsAreLeftAlone() {
        add(ROOT, "_empty", 0);
        add(ROOT, "image_2", 1L << 63);
        add(ROOT, "image_1", 1L << 60);

        GptPartition root =
                DiscoverablePartitions.root(gpt(), Architecture.X86_64).orElseThrow();

        assertThat(root.label()).isEqualTo("image_1");
        assertThat(DiscoverablePartitions.isReadOnly(root)).isTrue();
        assertThat(DiscoverablePartitions.isReadOnly(partitions.getFirst())).isFalse();
    }

    @Test
    void theOnlyLinuxPartitionStandsInForARoot() {
        add(DiscoverablePartitions.ESP, "", 0);
        assertThat(DiscoverablePartitions.rootOrOnlyLinux(gpt(), Architecture.X86_64))
                .isEmpty();
        add(LINUX, "data", 0);
        assertThat(DiscoverablePartitions.rootOrOnlyLinux(gpt(), Architecture.X86_64))
                .map(GptPartition::number)
                .hasValue(2);
        add(LINUX, "more", 0);
        assertThat(DiscoverablePartitions.rootOrOnlyLinux(gpt(), Architecture.X86_64))
                .isEmpty();
        add(ROOT, "root", 0);
        assertThat(DiscoverablePartitions.rootOrOnlyLinux(gpt(), Architecture.X86_64))
                .map(GptPartition::number)
                .hasValue(4);
    }
}
