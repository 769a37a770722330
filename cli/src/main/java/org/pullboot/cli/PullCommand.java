package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pullboot.oci.OciPuller;
import org.pullboot.pull.BootWords;
import org.pullboot.pull.Installation;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.Puller;
import org.pullboot.pull.Verification;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads, verifies and unpacks images as a boot does. */
@Command(
        name = "pull",
        description = "Downloads, verifies and installs images, by the expressions of systemd.pull=.",
        footer = {
            "",
            "Example: pullboot pull raw,machine,verify=checksum:debian:http://server:8081/debian.raw.zst",
            "         pullboot pull --keyring keys/import-pubring.pgp raw,machine:debian:http://server:8081/debian.raw.zst",
            "         pullboot pull --force tar,portable:web:https://server/web.tar.zst raw,sysext:tools:https://server/tools.raw"
        })
final class PullCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "EXPRESSION",
            arity = "1..*",
            description =
                    "OPTIONS:NAME:URL as systemd.pull= has it; options: raw, tar or oci, machine, portable, sysext or confext, ro, rw, "
                            + "verify=no, verify=checksum or verify=signature (the default), runtime=.")
    private List<String> expressions;

    @Option(
            names = "--image-root",
            paramLabel = "DIR",
            description = "Where images are installed, instead of the directory of their class.")
    private Optional<Path> imageRoot;

    @Option(names = "--force", description = "Replace images of the same name, in one step each.")
    private boolean force;

    @Option(
            names = "--keep-download",
            description =
                    "Keep each file as it was transferred, hidden beside the image; it is not transferred again while the "
                            + "server says that it is the same. It is verified each time.")
    private boolean keepDownload;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many images to pull at once, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(
            names = "--digest",
            paramLabel = "FILE:sha256:HEX",
            description = "The digest that a file must have as it is transferred; anything else is refused.")
    private List<String> digests = List.of();

    @Mixin
    private KeyringOption keyring;

    @Option(
            names = "--limit",
            paramLabel = "BYTES",
            defaultValue = "" + PullRequest.DEFAULT_LIMIT,
            description = "The most bytes an image may unpack to (default: ${DEFAULT-VALUE}).")
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
            boolean revalidated,
            List<String> sideFiles,
            double seconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (parallel < 1 || parallel > 64) {
            throw new ParameterException(spec.commandLine(), "--parallel takes 1 to 64, not " + parallel);
        }
        BootWords words = BootWords.of(KernelCommandLine.parse(words()));
        List<PullRequest> requests = new ArrayList<>();
        Set<Path> destinations = new HashSet<>();
        for (String expression : expressions) {
            PullRequest request = request(expression, words);
            if (!destinations.add(request.destination())) {
                throw new ParameterException(
                        spec.commandLine(),
                        "two expressions make " + request.destination() + ": give one of them another name");
            }
            requests.add(request);
        }
        PullOptions options = options(requests);
        Puller puller = new Puller(options);
        OciPuller containers = new OciPuller(options);
        Terminal terminal = Terminal.of(spec.commandLine().getErr(), System.getenv());
        List<PullException> failures = new Pulls(puller, containers, terminal, this::report).run(requests, parallel);
        if (failures.isEmpty()) {
            return CommandLine.ExitCode.OK;
        }
        // The last one is printed as any command's error.
        failures.subList(0, failures.size() - 1)
                .forEach(failure -> spec.commandLine().getErr().println("error: " + failure.getMessage()));
        throw failures.getLast();
    }

    /** Without a keyring nothing is transferred that would need one. */
    private PullOptions options(List<PullRequest> requests) throws IOException {
        PullOptions options = PullOptions.defaults(Pullboot.Version.number());
        boolean signed = requests.stream()
                .anyMatch(request -> request.digest() == null && request.verification() == Verification.SIGNATURE);
        return signed ? options.signatures(keyring.read()) : options;
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
        Installation installation = Installation.of(parsed, imageRoot);
        installation = force ? installation.replacing() : installation;
        installation = keepDownload ? installation.keeping() : installation;
        PullRequest request =
                PullRequest.of(parsed, null, words, null).limited(limit).installed(installation);
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
                result.revalidated(),
                result.sideFiles().stream().map(Path::toString).toList(),
                result.nanos() / 1e9);
        String text = json
                ? Json.text(pulled)
                : pulled.path() + ": " + Amounts.bytes(pulled.transferred())
                        + (result.revalidated() ? " kept and still the same, " : " received, ")
                        + Amounts.bytes(pulled.unpacked()) + " unpacked, "
                        + Amounts.seconds(Duration.ofNanos(result.nanos())) + ", sha256 " + pulled.sha256();
        synchronized (this) {
            spec.commandLine().getOut().println(text);
        }
    }
}
