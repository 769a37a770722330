package org.pullboot.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.pullboot.image.Sha256;
import org.pullboot.linux.Netlink;
import org.pullboot.pull.KernelCommandLine;

/**
 * Two network namespaces with two cables between them: a machine with eth0 (52:54:00:00:00:01) and eth1
 * (52:54:00:00:00:02), and a server with their other ends s0 and s1. The server's ends are down. Wants root, ip(8) and
 * dnsmasq.
 */
final class TestNetwork implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final String machine = "pullboot-m" + ProcessHandle.current().pid();
    private final String server = "pullboot-s" + ProcessHandle.current().pid();
    private final List<Process> processes = new ArrayList<>();
    private final Path machineFiles = Path.of("/etc/netns", machine);
    private final Path work;

    TestNetwork(Path work) throws IOException {
        this.work = work;
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IllegalStateException("this test needs root: it makes network namespaces");
        }
        remove();
        sh("ip netns add " + machine + " && ip netns add " + server);
        for (int i = 0; i < 2; i++) {
            sh("ip -n " + machine + " link add eth" + i + " address 52:54:00:00:00:0" + (i + 1)
                    + " type veth peer name s" + i + " netns " + server);
        }
        sh("ip -n " + server + " link set lo up");
        Files.createDirectories(machineFiles);
        Files.writeString(machineFiles.resolve("resolv.conf"), "# nothing yet\n");
    }

    /** The machine's resolver file. */
    String resolverFile() throws IOException {
        return Files.readString(machineFiles.resolve("resolv.conf"));
    }

    String onMachine(String command) {
        return sh("ip netns exec " + machine + " sh -c '" + command + "'");
    }

    String onServer(String command) {
        return sh("ip netns exec " + server + " sh -c '" + command + "'");
    }

    /** Sets the server's end of a cable up, with addresses that are good at once. */
    TestNetwork plug(String end, String... addresses) {
        onServer("echo 0 > /proc/sys/net/ipv6/conf/" + end + "/accept_dad; ip link set " + end + " up");
        for (String address : addresses) {
            onServer("ip addr add " + address + " dev " + end + (address.contains(":") ? " nodad" : ""));
        }
        return this;
    }

    /** Starts dnsmasq for an end of a cable, and waits until it listens. */
    TestNetwork dnsmasq(String end, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                server,
                "dnsmasq",
                "--conf-file=/dev/null",
                "--keep-in-foreground",
                "--log-facility=-",
                "--interface=" + end,
                "--bind-dynamic",
                "--except-interface=lo",
                "--no-resolv",
                "--no-hosts",
                "--no-ping",
                "--user=root",
                "--pid-file=",
                "--dhcp-leasefile=" + work.resolve(end + ".leases"),
                "--address=/server.example.test/192.0.2.1"));
        command.addAll(List.of(options));
        Process process = start(command);
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.append(line).append('\n');
            if (line.contains("cleared cache") || line.contains("warning: no upstream")) {
                Thread.ofPlatform().daemon().start(() -> drain(log));
                return this;
            }
        }
        throw new IllegalStateException("dnsmasq does not start (apt-get install dnsmasq-base):\n" + seen);
    }

    private static void drain(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // A full pipe would stop the server.
            }
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** Starts a Java program of the tests on the server and waits for its first line. */
    TestNetwork java(Class<?> program, String... arguments) throws IOException {
        Process process = start(javaCommand(server, program, List.of(arguments)));
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IllegalStateException(program + " does not start: "
                    + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return this;
    }

    /** Brings the machine's network up in a process of its own. */
    Outcome bringUp(String commandLine, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(commandLine));
        arguments.addAll(List.of(more));
        Process process = start(javaCommand(machine, NetworkProbe.class, arguments));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(exitValue(process), List.of(output.split("\n", -1)), errors);
    }

    /** What the machine's process said. */
    record Outcome(int status, List<String> lines, String errors) {}

    private static int exitValue(Process process) {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IllegalStateException("a process did not end within " + PATIENCE_SECONDS + " s");
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private static List<String> javaCommand(String namespace, Class<?> program, List<String> arguments) {
        Set<String> path = new LinkedHashSet<>();
        for (Class<?> part : List.of(program, Network.class, Netlink.class, KernelCommandLine.class, Sha256.class)) {
            path.add(placeOf(part));
        }
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, path),
                program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** The directory or jar a class is in; tests and what they test share a module but not a directory. */
    private static String placeOf(Class<?> type) {
        String name = "/" + type.getName().replace('.', '/') + ".class";
        URL url = type.getResource(name);
        if (url == null) {
            throw new IllegalStateException("no class file of " + type);
        }
        try {
            if (url.getProtocol().equals("jar")) {
                String path = url.getPath();
                return Path.of(new java.net.URI(path.substring(0, path.indexOf("!/"))))
                        .toString();
            }
            String file = Path.of(url.toURI()).toString();
            return file.substring(0, file.length() - name.length());
        } catch (URISyntaxException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static String sh(String command) {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (exitValue(process) != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void remove() throws IOException {
        for (String name : List.of(machine, server)) {
            sh("if ip netns list | grep -qw " + name + "; then ip netns del " + name + "; fi");
        }
        Files.deleteIfExists(machineFiles.resolve("resolv.conf"));
        Files.deleteIfExists(machineFiles);
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.destroy();
            exitValue(process);
        }
        remove();
    }
}
