package org.pullboot.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.BootStage;

/**
 * A boot as it is printed.
 *
 * @param id its id
 * @param machine the machine's id; null when it never told
 * @param address the machine's address
 * @param generation what it booted
 * @param started when its first request came
 * @param seconds from then until the latest
 * @param stage what it did last
 * @param message the latest thing it said to a person; null when it said nothing
 * @param stages what it did, one after the other
 */
record BootHistory(
        String id,
        @Nullable String machine,
        String address,
        String generation,
        Instant started,
        double seconds,
        String stage,
        @Nullable String message,
        List<Step> stages) {
    /**
     * A stage that lasted until the next one.
     *
     * @param stage its name
     * @param at when the server learnt that it began
     * @param seconds how long it lasted; of the last one, until the machine was last seen
     */
    record Step(String stage, Instant at, double seconds) {}

    static BootHistory of(Boot boot, List<BootStage> stages) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < stages.size(); ) {
            BootStage begins = stages.get(i);
            // Of a download there is one each time that it tells how far it is.
            while (i < stages.size() && stages.get(i).stage().equals(begins.stage())) {
                i++;
            }
            Instant end = i < stages.size() ? stages.get(i).at() : boot.lastSeen();
            steps.add(new Step(begins.stage(), begins.at(), seconds(begins.at(), end)));
        }
        return new BootHistory(
                boot.id(),
                boot.machine(),
                boot.address(),
                boot.generation().toString(),
                boot.started(),
                seconds(boot.started(), boot.lastSeen()),
                boot.stage(),
                boot.message(),
                List.copyOf(steps));
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis()) / 1000.0;
    }

    /** The columns of {@link BootsCommand}. */
    List<String> row() {
        String times = stages.stream()
                .map(step -> step.stage() + " " + Amounts.seconds(step.seconds()))
                .collect(Collectors.joining(", "));
        return List.of(
                Amounts.time(started),
                machine == null ? address : machine,
                generation,
                stage,
                Amounts.seconds(seconds),
                times.isEmpty() ? "-" : times,
                message == null ? "-" : message);
    }
}
