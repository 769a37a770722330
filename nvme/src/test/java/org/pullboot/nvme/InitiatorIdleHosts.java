package org.pullboot.nvme;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connects many hosts that then do nothing, and prints how much of the target's process is resident before and while they
 * are. Arguments are {@code name=value}: port, pid (of the target), hosts, queues, subsystem.
 */
final class InitiatorIdleHosts {
    private InitiatorIdleHosts() {}

    /** Connects, prints, disconnects. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> named = new HashMap<>();
        named.put("subsystem", "nqn.2026-11.dev.pullboot:image");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            named.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), number(named, "port"));
        int process = number(named, "pid");
        int hosts = number(named, "hosts");
        long before = resident(process);
        List<InitiatorAssociation> idle = new ArrayList<>();
        try {
            for (int host = 0; host < hosts; host++) {
                InitiatorPlan plan = InitiatorPlan.of(named.getOrDefault("subsystem", ""), 1_000_000L + host)
                        .withQueues(number(named, "queues"), 128);
                idle.add(InitiatorAssociation.open(target, plan));
            }
            System.out.printf("hosts=%d resident-mib-before=%d resident-mib=%d%n", hosts, before, resident(process));
        } finally {
            for (InitiatorAssociation association : idle) {
                association.close();
            }
        }
    }

    private static int number(Map<String, String> named, String name) {
        return Integer.parseInt(named.getOrDefault(name, ""));
    }

    /** MiB of memory that the process has for itself; files that it has mapped are the page cache's. */
    private static long resident(int process) throws IOException {
        return (kibibytes(process, "VmRSS:") - kibibytes(process, "RssFile:")) / 1024;
    }

    private static long kibibytes(int process, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process + "/status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/" + process + "/status does not say " + name);
    }
}
