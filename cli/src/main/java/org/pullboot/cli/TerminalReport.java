package org.pullboot.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.pullboot.cli.Terminal.Tone;
import org.pullboot.serve.ServeEvent;
import org.pullboot.serve.ServeListener;

/** Events for a person: what to tell a machine, and one line for every machine that boots. */
final class TerminalReport implements ServeListener {
    private static final int MILESTONE_PERCENT = 25;

    private final Terminal terminal;
    private final SequencedMap<String, String> living = new LinkedHashMap<>();
    private final Map<String, String> milestones = new LinkedHashMap<>();

    TerminalReport(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void on(ServeEvent event) {
        switch (event) {
            case ServeEvent.Preparing preparing -> terminal.println(Tone.FAINT, preparing.message());
            case ServeEvent.Listening listening -> listening(listening);
            case ServeEvent.Published published ->
                terminal.println("published generation " + published.generation() + ": "
                        + String.join(", ", published.names()) + " ("
                        + Amounts.seconds(Duration.ofMillis(published.millis())) + ")");
            case ServeEvent.Rebuilding rebuilding ->
                terminal.println(Tone.FAINT, rebuilding.source() + " changed: making the next generation");
            case ServeEvent.Problem problem -> terminal.println(Tone.BAD, problem.message());
            case ServeEvent.BootStage stage -> stage(stage);
            case ServeEvent.Disk disk -> disk(disk);
        }
    }

    private void listening(ServeEvent.Listening listening) {
        for (String url : listening.urls()) {
            terminal.println(Tone.GOOD, url);
            terminal.println("  on the machine:  pullboot boot add " + url + " --first");
            terminal.println("  or there:        kernel-bootcfg --add-uri=" + url + " --title=pullboot --boot-order=0");
            terminal.println("  or here:         pullboot vm " + url);
        }
        ServeEvent.Nvme nvme = listening.nvme();
        if (nvme != null && !nvme.subnqn().isEmpty()) {
            terminal.println("  or only its disk: nvme connect -t tcp -a " + nvme.traddr() + " -s " + nvme.trsvcid()
                    + " -n " + nvme.subnqn());
        }
        if (listening.urls().isEmpty()) {
            terminal.println(Tone.GOOD, listening.directory());
        }
    }

    private void disk(ServeEvent.Disk disk) {
        StringBuilder line = new StringBuilder(disk.host() + "  volume " + disk.volume() + " " + disk.what());
        if (disk.read() >= 0) {
            line.append(": read ")
                    .append(Amounts.bytes(disk.read()))
                    .append(", wrote ")
                    .append(Amounts.bytes(disk.written()));
        }
        if (disk.message() != null) {
            line.append(": ").append(disk.message());
        }
        terminal.println(disk.message() == null ? Tone.FAINT : Tone.PLAIN, line.toString());
    }

    private void stage(ServeEvent.BootStage stage) {
        String line = line(stage);
        Tone tone = switch (stage.stage()) {
            case "failed" -> Tone.BAD;
            case "switch-root", "rescue" -> Tone.GOOD;
            default -> Tone.PLAIN;
        };
        if (tone != Tone.PLAIN) {
            living.remove(stage.boot());
            milestones.remove(stage.boot());
            terminal.bottom(List.copyOf(living.values()));
            terminal.println(tone, line);
            return;
        }
        living.put(stage.boot(), line);
        if (terminal.isLive()) {
            terminal.bottom(List.copyOf(living.values()));
        } else if (!milestone(stage).equals(milestones.put(stage.boot(), milestone(stage)))) {
            terminal.println(line);
        }
    }

    /** Where lines cannot be drawn anew, one is printed for each of these. */
    private static String milestone(ServeEvent.BootStage stage) {
        return stage.stage() + " " + stage.name() + " " + percent(stage) / MILESTONE_PERCENT;
    }

    private static String line(ServeEvent.BootStage stage) {
        StringBuilder line = new StringBuilder();
        line.append(stage.address()).append("  ").append(stage.stage());
        if (stage.name() != null) {
            line.append("  ").append(stage.name());
        }
        if (stage.bytes() >= 0) {
            line.append("  ")
                    .append(
                            stage.total() > 0
                                    ? percent(stage) + " % of " + Amounts.bytes(stage.total())
                                    : Amounts.bytes(stage.bytes()));
        }
        if (stage.rate() > 0) {
            line.append("  ").append(Amounts.rate(stage.rate()));
        }
        if (stage.message() != null) {
            line.append("  ").append(stage.message());
        }
        return line.toString();
    }

    private static long percent(ServeEvent.BootStage stage) {
        return stage.total() > 0 && stage.bytes() >= 0 ? 100 * stage.bytes() / stage.total() : 0;
    }
}
