package org.pullboot.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.pullboot.serve.ServeEvent;
import org.pullboot.serve.ServeListener;

/** How long each step took, from the end of the one before. Safe for use from several threads. */
final class StageTimes implements ServeListener {
    private record Step(String name, Duration took) {}

    private final LongSupplier nanoTime;
    private final List<Step> steps = new ArrayList<>();
    private final long start;
    private long last;
    private String stage = "";

    StageTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.last = start;
    }

    /** A step ended just now. */
    synchronized void ended(String name) {
        long now = nanoTime.getAsLong();
        steps.add(new Step(name, Duration.ofNanos(now - last)));
        last = now;
    }

    @Override
    public synchronized void on(ServeEvent event) {
        if (event instanceof ServeEvent.BootStage boot && !boot.stage().equals(stage)) {
            boolean disk = "connect".equals(stage);
            stage = boot.stage();
            ended(
                    switch (stage) {
                        case "firmware" -> "firmware asks for the UKI";
                        case "started" -> "UKI received, kernel up, agent started";
                        case "network" -> "network up";
                        case "plan" -> "plan received";
                        case "download" -> "image asked for";
                        case "connect" -> "disk asked for";
                        case "root" -> disk ? "disk connected" : "image received, verified, unpacked";
                        case "switch-root" -> "root mounted, handed over";
                        default -> stage;
                    });
        }
    }

    /** A line a step, and the sum. */
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            lines.add(line(step.name(), step.took()));
        }
        lines.add(line("in all", Duration.ofNanos(last - start)));
        return lines;
    }

    private static String line(String name, Duration took) {
        return String.format(Locale.ROOT, "  %-42s %8s", name, Amounts.seconds(took));
    }
}
