// The least that a Java server does for the same bytes, for bench/nvme to compare with. Arguments: mode=MODE, file=FILE.
// echo: answers each 72 bytes by 24 and 4096, from one blocking thread. send: sends the file, which it has in memory, in pieces
// of 128 KiB for as long as the other side reads. read-send: the same, each piece read from the file before. Prints "listening PORT".
// As a client, with port=PORT pid=PID seconds=N: mode=ask measures echo, mode=drain the other two; prints name=value. mode=write
// writes blocks of 4 KiB here and there into a new file of 32 GiB, and then within 64 MiB of it again and again; prints first-us and
// over-us, the CPU time of one.

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

static final int COMMAND = 72;
static final int ANSWER = 24 + 4096;
static final int LARGE = 128 << 10;

void main(String[] arguments) throws Exception {
    var options = new HashMap<String, String>();
    for (String argument : arguments) {
        int equals = argument.indexOf('=');
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    switch (options.get("mode")) {
        case "ask" -> ask(options);
        case "drain" -> drain(options);
        case "write" -> write(Path.of(options.get("file")));
        default -> serve(options);
    }
}

void serve(Map<String, String> options) throws Exception {
    try (var listening = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
            var file = FileChannel.open(Path.of(options.get("file")))) {
        IO.println("listening " + ((InetSocketAddress) listening.getLocalAddress()).getPort());
        while (true) {
            try (SocketChannel socket = listening.accept()) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                if (options.get("mode").equals("echo")) {
                    echo(socket);
                } else {
                    send(socket, file, options.get("mode").equals("read-send"));
                }
            } catch (IOException e) {
                IO.println("the reader has gone");
            }
        }
    }
}

void write(Path path) throws IOException {
    try (var file = FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
        file.write(ByteBuffer.allocate(1), (32L << 30) - 1);
        var random = new SplittableRandom(1);
        writeBlocks(file, random, 1 << 20, 100_000);
        IO.println("first-us=%.2f".formatted(writeBlocks(file, random, 8 << 20, 100_000)));
        writeBlocks(file, random, 16 << 10, 200_000);
        IO.println("over-us=%.2f".formatted(writeBlocks(file, random, 16 << 10, 500_000)));
    }
}

double writeBlocks(FileChannel file, SplittableRandom random, int blocks, int count) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(4096);
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
        file.write(block.clear(), random.nextInt(blocks) * 4096L);
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / count;
}

void echo(SocketChannel socket) throws IOException {
    ByteBuffer command = ByteBuffer.allocateDirect(COMMAND);
    ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER);
    while (true) {
        command.clear();
        while (command.hasRemaining()) {
            if (socket.read(command) < 0) {
                return;
            }
        }
        answer.clear();
        while (answer.hasRemaining()) {
            socket.write(answer);
        }
    }
}

void send(SocketChannel socket, FileChannel file, boolean read) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(LARGE);
    ByteBuffer memory = file.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(file.size(), 1 << 30));
    for (int offset = 0; ; offset = offset + 2 * LARGE > memory.capacity() ? 0 : offset + LARGE) {
        ByteBuffer piece = memory.slice(offset, LARGE);
        if (read) {
            buffer.clear();
            while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {}
            piece = buffer.flip();
        }
        while (piece.hasRemaining()) {
            socket.write(piece);
        }
    }
}

void ask(Map<String, String> options) throws Exception {
    try (SocketChannel socket = connect(options)) {
        ByteBuffer command = ByteBuffer.allocateDirect(COMMAND);
        ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER);
        var nanos = new ArrayList<Long>();
        long begin = System.nanoTime();
        long warm = begin + 1_000_000_000L;
        long end = warm + Long.parseLong(options.get("seconds")) * 1_000_000_000L;
        for (long now = begin; now < end; ) {
            socket.write(command.clear());
            answer.clear();
            while (answer.hasRemaining()) {
                socket.read(answer);
            }
            long then = System.nanoTime();
            if (then > warm) {
                nanos.add(then - now);
            }
            now = then;
        }
        Collections.sort(nanos);
        IO.println("p50-us=%.1f p99-us=%.1f".formatted(
                nanos.get(nanos.size() / 2) / 1e3, nanos.get(nanos.size() * 99 / 100) / 1e3));
    }
}

void drain(Map<String, String> options) throws Exception {
    try (SocketChannel socket = connect(options)) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(512 << 10);
        receive(socket, buffer, 1);
        long cpu = ticks(options.get("pid"));
        long begin = System.nanoTime();
        long bytes = receive(socket, buffer, Long.parseLong(options.get("seconds")));
        double seconds = (System.nanoTime() - begin) / 1e9;
        IO.println("mb-per-second=%.1f cpu-s-per-gb=%.3f"
                .formatted(bytes / 1e6 / seconds, (ticks(options.get("pid")) - cpu) / 100.0 / (bytes / 1e9)));
    }
}

long receive(SocketChannel socket, ByteBuffer buffer, long seconds) throws IOException {
    long bytes = 0;
    for (long end = System.nanoTime() + seconds * 1_000_000_000L; System.nanoTime() < end; ) {
        bytes += socket.read(buffer.clear());
    }
    return bytes;
}

SocketChannel connect(Map<String, String> options) throws IOException {
    SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", Integer.parseInt(options.get("port"))));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return socket;
}

/** User and system time of a process in hundredths of a second: proc(5), fields 14 and 15. */
long ticks(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
}
