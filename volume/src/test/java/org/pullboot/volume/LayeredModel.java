package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which snapshots a volume has, and what is in them, over many ends of its process. */
final class LayeredModel {
    private final Map<String, byte[]> snapshots = new HashMap<>();
    private List<String> ordered = List.of();

    /** Goes through what one process did until it ended. */
    void follow(Volume volume, PossibleContent possible, CrashScript steps, long seed, int begun, int acknowledged) {
        List<String> names = new ArrayList<>(ordered);
        for (int i = 0; i <= begun; i++) {
            CrashScript.Step step = steps.next();
            boolean open = i > acknowledged;
            switch (step.kind()) {
                case SNAPSHOT -> {
                    String name = "s" + Long.toHexString(step.seed());
                    snapshots.put(name, possible.latest());
                    names.add(name);
                }
                case DELETE_SNAPSHOT -> {
                    if (!names.isEmpty()) {
                        names.remove(step.choice(names.size()));
                    }
                }
                case ROLLBACK -> {
                    if (!names.isEmpty()) {
                        int index = step.choice(names.size());
                        possible.become(Objects.requireNonNull(snapshots.get(names.get(index))), open);
                        names.subList(index + 1, names.size()).clear();
                    }
                }
                case WRITE, ZERO, DEALLOCATE, FLUSH, FUA, CHECKPOINT -> possible.step(step, open);
            }
        }
        List<String> there = volume.snapshots().stream().map(Snapshot::name).toList();
        if (begun == acknowledged) {
            assertThat(there).describedAs("seed %d", seed).isEqualTo(names);
        }
        assertThat(snapshots.keySet()).containsAll(there);
        snapshots.keySet().retainAll(there);
        ordered = there;
    }
}
