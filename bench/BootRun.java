// Boots one virtual machine and says how long it took from the firmware's request to userspace: what bench/boot runs.
// One line on stdout: OUTCOME WALL-SECONDS CPU-SECONDS PEAK-RESIDENT-MIB. Times start when a line of the server's log, which
// another process writes, matches `from`; they end when the console shows `to`. CPU seconds are those of the QEMU process.

import java.util.regex.Pattern;

record Moment(long nanos, long ticks) {}

void main(String[] arguments) throws Exception {
    var options = new HashMap<String, String>();
    for (String argument : arguments) {
        int equals = argument.indexOf('=');
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    Path log = Path.of(options.get("log"));
    Pattern from = Pattern.compile(options.get("from"));
    String to = options.get("to");
    var failures = Pattern.compile("Kernel panic - not syncing|You are in emergency mode|pullboot: error|Out of memory: Killed");
    long deadline = System.nanoTime() + Long.parseLong(options.get("timeout")) * 1_000_000_000L;

    List<String> command = List.of(
            "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max,la57=off,cx16=off", "-smp", "1,maxcpus=2",
            "-m", options.get("memory"),
            "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + options.get("code"),
            "-drive", "if=pflash,format=raw,unit=1,file=" + options.get("vars"),
            "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
            "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci");
    Process qemu = new ProcessBuilder(command).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(qemu::destroyForcibly));
    var requested = new AtomicReference<Moment>();
    Thread watcher = Thread.ofPlatform().daemon().start(() -> watch(log, from, () -> requested.set(now(qemu))));

    String outcome = "exited";
    Moment reached = null;
    long resident = 0;
    try (var console = qemu.getInputStream();
            var copy = Files.newOutputStream(Path.of(options.get("console")))) {
        var tail = new StringBuilder();
        byte[] bytes = new byte[8192];
        Thread killer = Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                qemu.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int n; (n = console.read(bytes)) >= 0; ) {
            copy.write(bytes, 0, n);
            tail.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
            if (tail.indexOf(to) >= 0) {
                reached = now(qemu);
                resident = status(qemu, "VmHWM:");
                outcome = "reached";
                break;
            }
            if (failures.matcher(tail).find()) {
                outcome = "failed";
                break;
            }
            tail.delete(0, Math.max(0, tail.length() - 200));
        }
        killer.interrupt();
    } catch (IOException e) {
        outcome = "exited";
    }
    qemu.destroyForcibly().waitFor();
    if (!outcome.equals("reached") && System.nanoTime() >= deadline) {
        outcome = "timed-out";
    }
    watcher.interrupt();
    Moment start = requested.get();
    if (reached == null || start == null) {
        IO.println((start == null ? "never-asked" : outcome) + " 0 0 0");
        System.exit(1);
    }
    IO.println("%s %.2f %.2f %d".formatted(
            outcome, (reached.nanos - start.nanos) / 1e9, (reached.ticks - start.ticks) / 100.0, resident / 1024));
}

/// Calls back once a line that is appended to the file matches.
void watch(Path file, Pattern pattern, Runnable found) {
    try (var channel = Files.newByteChannel(file)) {
        var text = new StringBuilder();
        var buffer = java.nio.ByteBuffer.allocate(8192);
        while (!Thread.interrupted()) {
            buffer.clear();
            if (channel.read(buffer) <= 0) {
                Thread.sleep(5);
                continue;
            }
            text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            if (pattern.matcher(text).find()) {
                found.run();
                return;
            }
        }
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
    }
}

/// Now, with the process's utime + stime so far (proc(5), /proc/PID/stat fields 14 and 15; 100 ticks a second).
Moment now(Process process) {
    try {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new Moment(System.nanoTime(), Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

/// A line of /proc/PID/status in KiB.
long status(Process process, String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
        if (line.startsWith(key)) {
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
    }
    return 0;
}
