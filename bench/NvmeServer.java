// Exports an overlay on a read-only base over NVMe/TCP: the server that bench/nvme measures.
// Arguments: base=FILE state=DIRECTORY [size=BYTES]. Namespace 1 is the overlay, namespace 2 the base itself. Prints
// "listening PORT", and for each line on its standard input "flushes N", the flushes that reached the overlay until then.

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.Export;
import org.pullboot.nvme.Exports;
import org.pullboot.nvme.Host;
import org.pullboot.nvme.Namespace;
import org.pullboot.nvme.NvmeTarget;
import org.pullboot.nvme.RefusedException;
import org.pullboot.nvme.SubsystemIdentity;
import org.pullboot.nvme.TargetOptions;
import org.pullboot.volume.BaseImage;
import org.pullboot.volume.BlockDevice;
import org.pullboot.volume.VolumeOptions;
import org.pullboot.volume.VolumeStore;

/** A device whose flushes are counted. */
record Counted(BlockDevice device, LongAdder flushes) implements BlockDevice {
    public long size() {
        return device.size();
    }

    public boolean writable() {
        return device.writable();
    }

    public boolean readNow(ByteBuffer into, long offset) throws IOException {
        return device.readNow(into, offset);
    }

    public ByteBuffer viewNow(long offset, int length) throws IOException {
        return device.viewNow(offset, length);
    }

    public void read(ByteBuffer into, long offset) throws IOException {
        device.read(into, offset);
    }

    public void write(ByteBuffer from, long offset) throws IOException {
        device.write(from, offset);
    }

    public void writeZeroes(long offset, long length, boolean deallocate) throws IOException {
        device.writeZeroes(offset, length, deallocate);
    }

    public void deallocate(long offset, long length) throws IOException {
        device.deallocate(offset, length);
    }

    public void settle() throws IOException {
        device.settle();
    }

    public void flush() throws IOException {
        flushes.increment();
        device.flush();
    }
}

record OneExport(List<Namespace> namespaces) implements Export {
    public SubsystemIdentity identity() {
        return new SubsystemIdentity("BENCH", "Pullboot", "1");
    }

    public Optional<AuthenticationKeys> authentication() {
        return Optional.empty();
    }

    public void close() {}
}

record OneSubsystem(List<Namespace> namespaces) implements Exports {
    public List<String> visibleTo(Host host) {
        return List.of("nqn.2026-11.dev.pullboot:image");
    }

    public Export open(String subsystemNqn, Host host) throws RefusedException {
        return new OneExport(namespaces);
    }
}

void main(String[] arguments) throws Exception {
    var options = new HashMap<String, String>();
    for (String argument : arguments) {
        int equals = argument.indexOf('=');
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    BaseImage base = BaseImage.open(Path.of(options.get("base")), "bench");
    VolumeStore store = VolumeStore.in(Path.of(options.get("state")), Clock.systemUTC());
    LongAdder flushes = new LongAdder();
    BlockDevice overlay = new Counted(store.create("bench", base, VolumeOptions.DEFAULT), flushes);
    var namespaces = List.of(
            new Namespace(1, new UUID(1, 1), overlay), new Namespace(2, new UUID(1, 2), base));
    TargetOptions usual = TargetOptions.defaults();
    var target = NvmeTarget.start(
            new TargetOptions(
                    new InetSocketAddress("127.0.0.1", 0), Optional.empty(), 1, 4, 64, 8192, 8192, usual.bufferBytes()),
            new OneSubsystem(namespaces));
    IO.println("listening " + target.address().getPort());
    while (IO.readln() != null) {
        IO.println("flushes " + flushes.sum());
    }
    target.close();
}
