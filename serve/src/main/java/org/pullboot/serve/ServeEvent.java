package org.pullboot.serve;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in a server, for people and programs to follow. */
public sealed interface ServeEvent {
    /**
     * Something that takes a while is done before machines can boot: a kernel is unpacked, an initrd built. The only
     * event that may come before {@link Listening}.
     *
     * @param message one sentence
     */
    record Preparing(String message) implements ServeEvent {}

    /**
     * Machines can boot from now on.
     *
     * @param url what a machine is told: of the first UKI, else of the directory
     * @param urls of every UKI
     * @param directory the URL under which every artifact lies, with a slash at its end
     * @param host where the server listens: an address
     * @param port and its port
     * @param nvme where disks are had; null when none are served
     */
    record Listening(
            String url,
            List<String> urls,
            String directory,
            String host,
            int port,
            @Nullable Nvme nvme) implements ServeEvent {}

    /**
     * Where a host finds its disk, in the words of nvme-cli.
     *
     * @param traddr the address
     * @param trsvcid the port
     * @param subnqn the first subsystem; empty when there is none yet
     */
    record Nvme(String traddr, String trsvcid, String subnqn) {}

    /**
     * A generation became the newest one of its source.
     *
     * @param generation its id
     * @param source the directory or file it was made from
     * @param names of its artifacts
     * @param urls of its UKIs
     * @param millis how long it took from the first sign of change until now
     */
    record Published(String generation, String source, List<String> names, List<String> urls, long millis)
            implements ServeEvent {}

    /**
     * A source changed: the next generation is being made.
     *
     * @param source the directory or file
     */
    record Rebuilding(String source) implements ServeEvent {}

    /**
     * A machine went on with its boot.
     *
     * @param boot its id
     * @param generation what it is pinned to
     * @param machine the machine's id; null until it told
     * @param address the machine's address
     * @param stage {@code firmware}, or a stage of the agent's
     * @param name the file that is being transferred; null when none is
     * @param bytes how many of it were transferred; negative when there is no transfer
     * @param total how many there are in all; negative when unknown
     * @param rate bytes per second lately; negative when unknown
     * @param message one sentence of the machine's; null when it said none
     */
    record BootStage(
            String boot,
            String generation,
            @Nullable String machine,
            String address,
            String stage,
            @Nullable String name,
            long bytes,
            long total,
            long rate,
            @Nullable String message)
            implements ServeEvent {}

    /**
     * Something became of a volume.
     *
     * @param what {@code created}, {@code connected}, {@code disconnected}, {@code kept}, {@code reset} or {@code removed}
     * @param host its host: a UUID when its NQN has one, else the NQN
     * @param volume its id
     * @param generation of its base; null when it has none
     * @param read bytes that the host read while it had the volume; negative when it has not just gone
     * @param written bytes that it wrote; negative likewise
     * @param message one sentence for a person; null when there is nothing more to say
     */
    record Disk(
            String what,
            String host,
            String volume,
            @Nullable String generation,
            long read,
            long written,
            @Nullable String message)
            implements ServeEvent {}

    /**
     * Something is wrong, and a person should know.
     *
     * @param message one sentence: what is wrong and what to do
     */
    record Problem(String message) implements ServeEvent {}
}
