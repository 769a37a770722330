package org.pullboot.nvme;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Puts a load on a target, with one thread for each queue. */
final class InitiatorLoadRun {
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final InetSocketAddress target;
    private final InitiatorLoad load;
    private final OptionalLong targetProcess;
    private int running;

    private InitiatorLoadRun(InetSocketAddress target, InitiatorLoad load, OptionalLong targetProcess) {
        this.target = target;
        this.load = load;
        this.targetProcess = targetProcess;
    }

    /**
     * Runs it to its end, and shuts the controllers down.
     *
     * @throws InitiatorViolation when the target breaks a rule, or gives other data than it was given
     */
    static InitiatorLoadResult run(InetSocketAddress target, InitiatorLoad load, OptionalLong targetProcess)
            throws IOException, InterruptedException {
        return new InitiatorLoadRun(target, load, targetProcess).run();
    }

    private InitiatorLoadResult run() throws IOException, InterruptedException {
        List<InitiatorAssociation> associations = new ArrayList<>();
        try {
            for (int host = 0; host < load.controllers(); host++) {
                associations.add(InitiatorAssociation.open(target, planOf(host)));
            }
            InitiatorLoadResult result = run(associations);
            for (InitiatorAssociation association : associations) {
                association.shutDown();
            }
            return result;
        } finally {
            for (InitiatorAssociation association : associations) {
                association.close();
            }
        }
    }

    private InitiatorPlan planOf(int host) {
        InitiatorPlan plan = load.plan();
        if (host == 0) {
            return plan;
        }
        UUID first = plan.hostId();
        UUID id = new UUID(first.getMostSignificantBits() + host, first.getLeastSignificantBits());
        return plan.withHost("nqn.2014-08.org.nvmexpress:uuid:" + id, id);
    }

    private InitiatorLoadResult run(List<InitiatorAssociation> associations) throws IOException, InterruptedException {
        running = associations.stream().mapToInt(each -> each.queues().size()).sum();
        InitiatorLoadState state =
                new InitiatorLoadState(new InitiatorLedger(blocks(associations.get(0))), running, load.commands());
        if (load.warmUp().isZero()) {
            state.count();
        }
        List<InitiatorLoadQueue> loads = new ArrayList<>();
        for (InitiatorAssociation association : associations) {
            for (InitiatorQueue queue : association.queues()) {
                loads.add(new InitiatorLoadQueue(load, state, association, queue, loads.size()));
            }
        }
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("load-", 0).daemon().factory())) {
            ExecutorCompletionService<InitiatorLoadQueue> ended = new ExecutorCompletionService<>(threads);
            for (InitiatorLoadQueue each : loads) {
                ended.submit(each::run, each);
            }
            try {
                return measure(associations, state, loads, ended);
            } finally {
                state.end();
            }
        }
    }

    private InitiatorLoadResult measure(
            List<InitiatorAssociation> associations,
            InitiatorLoadState state,
            List<InitiatorLoadQueue> loads,
            CompletionService<InitiatorLoadQueue> ended)
            throws IOException, InterruptedException {
        waitFor(load.warmUp(), associations, ended);
        long cpuBefore = targetCpu();
        long begin = System.nanoTime();
        state.count();
        waitFor(load.duration(), associations, ended);
        state.end();
        long end = System.nanoTime();
        long cpuAfter = targetCpu();
        while (running > 0) {
            finish(ended.take());
        }
        InitiatorHistogram latencies = new InitiatorHistogram();
        loads.forEach(each -> latencies.add(each.latencies()));
        return new InitiatorLoadResult(
                latencies.count(),
                loads.stream().mapToLong(InitiatorLoadQueue::errors).sum(),
                Duration.ofNanos(end - begin),
                latencies,
                Duration.ofMillis(10 * (cpuAfter - cpuBefore)));
    }

    private int blocks(InitiatorAssociation association) throws IOException {
        long size = association.identifyNamespace(1).getLong(0) * 512;
        long span = load.spanBytes() == 0 ? size : Math.min(size, load.spanBytes());
        return (int) Math.min(Integer.MAX_VALUE, span / load.blockBytes());
    }

    /** Waits that long, or until all have come to their end, and keeps the controllers alive meanwhile. */
    private void waitFor(
            Duration time, List<InitiatorAssociation> associations, CompletionService<InitiatorLoadQueue> ended)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long keepAlive =
                load.plan().keepAliveMillis() == 0 ? FOREVER : load.plan().keepAliveMillis() * 500_000;
        long due = System.nanoTime() + keepAlive;
        for (long left; running > 0 && (left = end - System.nanoTime()) > 0; ) {
            Future<InitiatorLoadQueue> one =
                    ended.poll(Math.clamp(due - System.nanoTime(), 0, left), TimeUnit.NANOSECONDS);
            if (one != null) {
                finish(one);
            }
            if (System.nanoTime() - due >= 0) {
                due += keepAlive;
                for (InitiatorAssociation association : associations) {
                    association.keepAlive();
                }
            }
        }
    }

    private void finish(Future<InitiatorLoadQueue> queue) throws IOException, InterruptedException {
        running--;
        try {
            queue.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InitiatorViolation violation) {
                throw violation;
            }
            throw new IOException("a queue of the load failed", e.getCause());
        }
    }

    /** User and system time of the target in hundredths of a second: proc(5), fields 14 and 15. */
    private long targetCpu() throws IOException {
        if (targetProcess.isEmpty()) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + targetProcess.getAsLong() + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    }
}
