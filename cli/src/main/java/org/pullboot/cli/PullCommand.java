package org.pullboot.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.PullProgress;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.Puller;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads, verifies and unpacks images as a boot does. */
@Command(
        name = "pull",
        description = "Downloads, verifies and unpacks images, by the expressions of systemd.pull=.",
        footer = {"", "Example: pullboot pull raw,machine,verify=checksum:debian:http://server:8081/debian.raw.zst"})
final class PullCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "EXPRESSION",
            arity = "1..*",
            description =
                    "OPTIONS:NAME:URL as systemd.pull= has it; options: raw or tar, machine, portable, sysext or confext, ro, rw, "
                            + "verify=no or verify=checksum, runtime=.")
    private List<String> expressions;

    @Option(
            names = "--image-root",
            paramLabel = "DIR",
            description = "Where images are installed, instead of the directory of their class.")
    private Optional<Path> imageRoot;

    @Option(
            names = "--digest",
            paramLabel = "FILE:sha256:HEX",
            description = "The digest that a file must have as it is transferred; anything else is refused.")
    private List<String> digests = List.of();

    @Option(
            names = "--limit",
            paramLabel = "BYTES",
            defaultValue = "" + PullRequest.DEFAULT_LIMIT,
            description = "The most bytes an image may unpack to (default: $${DEFAULT-VALUE}).")
    private long limit;

    @Option(names = "--json", description = "Print one JSON object an image.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** A pulled image as it is printed. */
    record Pulled(
            String path,
            String url,
            String sha256,
            long transferred,
            long unpacked,
            String verifiedBy,
            double seconds) {}

    @Override
    public Integer call() throws PullException {
        Terminal terminal = Terminal.of(spec.commandLine().getErr(), System.getenv());
        BootWords words = BootWords.of(KernelCommandLine.parse(words()));
        List<PullRequest> requests = new ArrayList<>();
        for (String expression : expressions) {
            requests.add(request(expression, words));
        }
        Puller puller = new Puller(PullOptions.defaults(Pullboot.Version.number()));
        for (PullRequest request : requests) {
            report(puller.pull(request, new Progress(terminal)));
            terminal.bottom(List.of());
        }
        return CommandLine.ExitCode.OK;
    }

    private String words() {
        StringBuilder words = new StringBuilder();
        digests.forEach(
                digest -> words.append("rd.pullboot.digest=").append(digest).append(' '));
        return words.toString();
    }

    private PullRequest request(String expression, BootWords words) throws PullException {
        PullExpression parsed;
        try {
            parsed = PullExpression.parse(expression, null, false);
        } catch (PullException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PullRequest request = PullRequest.of(parsed, null, words, null).limited(limit);
        return imageRoot.isEmpty()
                ? request
                : request.to(imageRoot.get().resolve(parsed.destination().getFileName()));
    }

    private void report(PullResult result) {
        Pulled pulled = new Pulled(
                result.path().toString(),
                result.url(),
                result.digest().hex(),
                result.transferred(),
                result.unpacked(),
                result.verifiedBy().name().toLowerCase(Locale.ROOT),
                result.nanos() / 1e9);
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? Json.text(pulled)
                                : pulled.path() + ": " + Amounts.bytes(pulled.transferred()) + " received, "
                                        + Amounts.bytes(pulled.unpacked()) + " unpacked, "
                                        + Amounts.seconds(Duration.ofNanos(result.nanos())) + ", sha256 "
                                        + pulled.sha256());
    }

    /** Draws how far a pull is. */
    private record Progress(Terminal terminal) implements PullListener {
        @Override
        public void progress(PullProgress progress) {
            String done = progress.percent() < 0
                    ? Amounts.bytes(progress.bytes())
                    : progress.percent() + " % of " + Amounts.bytes(progress.total());
            terminal.bottom(List.of(progress.name() + "  " + done + "  " + Amounts.rate(progress.bytesPerSecond())));
        }

        @Override
        public void retries(String reason) {
            terminal.println(reason + "; trying again");
        }
    }
}
