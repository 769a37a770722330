package org.pullboot.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.pullboot.cli.Terminal.Tone;
import org.pullboot.vm.VirtualMachine;
import org.pullboot.vm.VmOptions;
import org.pullboot.vm.VmOutcome;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole way, to look at: an image is made, served and booted. */
@Command(
        name = "demo",
        description =
                "Makes a small Debian image, serves it, boots a virtual machine from it, says how long each step took.",
        footer = {"", "Example: pullboot demo"})
final class DemoCommand implements Callable<Integer> {
    /** Patient enough for a machine that is emulated on a busy computer. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private static final int MEMORY_MIB = 1536;
    private static final int SHOWN_LINES = 20;

    @Mixin
    private InitrdBuildCommand.CacheOption cache;

    @Option(names = "--console", description = "Show the machine's console while it boots.")
    private boolean console;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine().getOut(), System.getenv());
        Runner runner = new Runner();
        new Packages(runner, terminal)
                .require(List.of(
                        Requirement.MMDEBSTRAP,
                        Requirement.STUB,
                        Requirement.QEMU,
                        Requirement.FIRMWARE,
                        Requirement.ZSTD));
        StageTimes times = new StageTimes(System::nanoTime);
        terminal.println("Making a small Debian image (a minute or two at the first time) …");
        Path image = new DebianImage(cache.directory(), runner).path();
        times.ended("Debian image made");

        TerminalReport report = new TerminalReport(terminal);
        VmOutcome outcome;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (OneOffServer server = OneOffServer.start(image, cache.directory(), event -> {
            times.on(event);
            report.on(event);
        })) {
            times.ended("UKI built, image published");
            terminal.println("Booting a virtual machine from " + server.url() + " …");
            VmOptions machine = VmOptions.url(server.url())
                    .memory(MEMORY_MIB)
                    .timeout(TIMEOUT)
                    .expect(DebianImage.GREETING);
            outcome = VirtualMachine.run(machine, console ? System.out : shown);
            times.ended("the image's own userspace up");
        }
        if (outcome instanceof VmOutcome.Expected) {
            times.lines().forEach(terminal::println);
            terminal.println(Tone.GOOD, "demo: booted " + image.getFileName() + " from one URL");
            return CommandLine.ExitCode.OK;
        }
        List<String> lines = shown.toString(StandardCharsets.ISO_8859_1).lines().toList();
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).forEach(terminal::println);
        throw new IOException("the demo's machine did not come up: " + outcome.message());
    }
}
