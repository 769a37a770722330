package org.pullboot.nvme;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts a load on a target and prints what it came to, in one line of {@code name=value}. Exits with 0, with 2 when
 * commands failed, with 3 when the target broke a rule.
 *
 * <p>Arguments are {@code name=value} too: port (needed), host, subsystem, kind (read, write, mixed, write-flush), block,
 * depth, queues, controllers, digests (none, header, data, both), alignment, flow-control, in-capsule, fua, verify, random,
 * reads (percent), span, warm-up and seconds (of time), commands, seed, keep-alive (milliseconds), pid (of the target).
 */
final class InitiatorLoadGenerator {
    private final Map<String, String> arguments;

    private InitiatorLoadGenerator(Map<String, String> arguments) {
        this.arguments = arguments;
    }

    /** Runs one load. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> named = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + argument + "' is not name=value");
            }
            named.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        InitiatorLoadGenerator generator = new InitiatorLoadGenerator(named);
        System.exit(generator.run());
    }

    private int run() throws Exception {
        InetSocketAddress target = new InetSocketAddress(text("host", "127.0.0.1"), (int) number("port", 4420));
        String pid = take("pid");
        OptionalLong process = pid == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(pid));
        InitiatorLoad load = load();
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException("nobody knows " + arguments.keySet());
        }
        try {
            InitiatorLoadResult result = InitiatorLoadRun.run(target, load, process);
            System.out.println(describe(load, result));
            return result.errors() == 0 ? 0 : 2;
        } catch (InitiatorViolation e) {
            System.err.println("violation: " + e.getMessage());
            return 3;
        }
    }

    private InitiatorLoad load() {
        String digests = text("digests", "none");
        int depth = (int) number("depth", 32);
        InitiatorOptions options = new InitiatorOptions(
                (int) number("alignment", 0),
                digests.equals("header") || digests.equals("both"),
                digests.equals("data") || digests.equals("both"),
                0);
        InitiatorPlan plan = InitiatorPlan.of(text("subsystem", "nqn.2026-11.dev.pullboot:image"), 1)
                .withOptions(options)
                .withQueues((int) number("queues", 1), depth + 1)
                .withKeepAlive(number("keep-alive", 0));
        return new InitiatorLoad(
                yes("flow-control", true) ? plan : plan.withoutFlowControl(),
                (int) number("controllers", 1),
                kind(text("kind", "read")),
                (int) number("block", 4096),
                depth,
                yes("random", true),
                (int) number("reads", 70),
                yes("verify", false),
                yes("in-capsule", true),
                yes("fua", false),
                number("span", 0),
                Duration.ofMillis(number("warm-up", 1) * 1000),
                Duration.ofMillis(number("seconds", 5) * 1000),
                number("commands", 0),
                number("seed", 1));
    }

    private static InitiatorLoad.Kind kind(String name) {
        return switch (name) {
            case "read" -> InitiatorLoad.Kind.READ;
            case "write" -> InitiatorLoad.Kind.WRITE;
            case "mixed" -> InitiatorLoad.Kind.MIXED;
            case "write-flush" -> InitiatorLoad.Kind.WRITE_FLUSH;
            default -> throw new IllegalArgumentException("kind is read, write, mixed or write-flush, not " + name);
        };
    }

    static String describe(InitiatorLoad load, InitiatorLoadResult result) {
        InitiatorHistogram latencies = result.latencies();
        double seconds = result.duration().toNanos() / 1e9;
        double gigabytes = (double) result.commands() * load.blockBytes() / 1e9;
        return ("kind=%s block=%d depth=%d queues=%d controllers=%d seconds=%.2f commands=%d per-second=%.0f mb-per-second=%.1f"
                        + " p50-us=%.1f p99-us=%.1f p999-us=%.1f max-us=%.0f cpu-us-per-command=%.2f cpu-s-per-gb=%.3f errors=%d")
                .formatted(
                        load.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        load.blockBytes(),
                        load.depth(),
                        load.plan().queues(),
                        load.controllers(),
                        seconds,
                        result.commands(),
                        result.perSecond(),
                        gigabytes * 1e3 / seconds,
                        latencies.percentile(0.5) / 1e3,
                        latencies.percentile(0.99) / 1e3,
                        latencies.percentile(0.999) / 1e3,
                        latencies.longest() / 1e3,
                        result.targetMicrosPerCommand(),
                        gigabytes > 0 ? result.targetCpu().toNanos() / 1e9 / gigabytes : 0,
                        result.errors());
    }

    private @Nullable String take(String name) {
        return arguments.remove(name);
    }

    private String text(String name, String otherwise) {
        return Optional.ofNullable(take(name)).orElse(otherwise);
    }

    private long number(String name, long otherwise) {
        return Long.parseLong(text(name, Long.toString(otherwise)));
    }

    private boolean yes(String name, boolean otherwise) {
        return Boolean.parseBoolean(text(name, Boolean.toString(otherwise)));
    }
}
