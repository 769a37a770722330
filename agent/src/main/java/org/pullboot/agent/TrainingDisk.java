package org.pullboot.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.pullboot.linux.MacAddress;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.KernelCommandLine;
import org.pullboot.pull.NvmeHost;

/** The training's part about a root over NVMe/TCP: a disk that cannot be connected, and one as it looks when it is there. */
final class TrainingDisk {
    private static final Path NOWHERE = Path.of("/nonexistent/pullboot");
    private static final String MAC = "52:54:00:12:34:56";

    private TrainingDisk() {}

    /**
     * Runs it.
     *
     * @param directory where files may be made
     */
    static void run(Path directory, Console console) throws IOException, AgentException {
        KernelCommandLine line =
                KernelCommandLine.parse("root=nvme:tcp:bootorigin::nqn.2026-01.org.pullboot:image:root");
        Settings settings = Settings.of(line);
        byte[] text = "version=1\nroot=nvme\nnvme.data-nsid=2\n".getBytes(StandardCharsets.US_ASCII);
        NvmeDisk disk = NvmeDisk.of(
                settings.nvme(),
                BootPlan.parse(text).nvme(),
                settings.words().nvme(),
                new BootOrigin("http://127.0.0.1/image.efi"),
                NvmeHost.of(null, MAC),
                console);
        try {
            new NvmeConnector(
                            new KernelNvmeDoor(NOWHERE, directory.resolve("dev/kmsg")),
                            new Unheard(),
                            new Unheard(),
                            new Random(1))
                    .connect(disk, 1);
        } catch (AgentException expected) {
            console.step(Failure.sentence(expected));
        }
        file(directory, "sys/class/nvme/nvme0/state", "live\n");
        file(directory, "sys/class/nvme/nvme0/nvme0c0n1/nsid", "1\n");
        file(directory, "sys/class/block/nvme0n1/size", "2048\n");
        NvmeController controller = new NvmeController(directory.resolve("sys"), 0);
        console.step(controller.state() + controller.device(1).orElseThrow());
        MacAddress mac = MacAddress.parse(MAC).orElseThrow();
        new NetworkHandover(directory.resolve("run"))
                .write(new Connection(1, "eth0", mac, List.of(), null, List.of(), List.of(), "", "", "DHCPv4"));
    }

    private static void file(Path directory, String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static final class Unheard implements NvmeConnector.Teller, NvmeConnector.Pause {
        @Override
        public void waiting(NvmeRefusal reason) {}

        @Override
        public void millis(long millis) {}
    }
}
