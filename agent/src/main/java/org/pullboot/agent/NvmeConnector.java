package org.pullboot.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Connects to an NVMe/TCP disk however long it takes: a server that is away comes back. Only what is final ends it. Each
 * reason is told once.
 */
final class NvmeConnector {
    /** A server that starts may refuse at first what it allows a moment later. */
    private static final int REFUSALS = 3;

    private static final long MILLI = 1_000_000;

    private final NvmeDoor door;
    private final Teller teller;
    private final Pause pause;
    private final Retry retry;
    private final List<String> told = new ArrayList<>();

    /** Is told why there is no connection yet. */
    interface Teller {
        void waiting(NvmeRefusal reason);
    }

    /** Waits between two attempts. */
    interface Pause {
        void millis(long millis);
    }

    NvmeConnector(NvmeDoor door, Teller teller, Pause pause, RandomGenerator random) {
        this.door = door;
        this.teller = teller;
        this.pause = pause;
        this.retry = new Retry(random);
    }

    /**
     * Connects.
     *
     * @param processors how many this machine has
     * @return the number of the new controller
     * @throws AgentException when trying again would not help
     */
    int connect(NvmeDisk disk, int processors) throws AgentException {
        String supported = door.options();
        retry.start(now());
        int refusals = 0;
        for (int attempt = 0; ; attempt++) {
            retry.sending(now());
            NvmeRefusal refusal;
            try {
                InetAddress[] servers = InetAddress.getAllByName(disk.address());
                InetAddress server = servers[attempt % servers.length];
                NvmeDoor.Answer answer = door.connect(NvmeConnectLine.of(disk, server, processors, supported));
                if (answer instanceof NvmeDoor.Answer.Connected connected) {
                    return connected.controller();
                }
                refusal = NvmeRefusal.of(disk, server.getHostAddress(), (NvmeDoor.Answer.Refused) answer);
            } catch (UnknownHostException unknown) {
                refusal = new NvmeRefusal(
                        "the name " + disk.address() + " of the NVMe/TCP server is not known to any name server",
                        NvmeRefusal.Kind.PASSES);
            }
            refusals = refusal.kind() == NvmeRefusal.Kind.REFUSED ? refusals + 1 : 0;
            if (refusal.kind() == NvmeRefusal.Kind.STAYS || refusals == REFUSALS) {
                throw new AgentException(refusal.sentence());
            }
            if (!told.contains(refusal.sentence())) {
                told.add(refusal.sentence());
                teller.waiting(refusal);
            }
            pause.millis(Math.max(0, retry.next() - now()));
        }
    }

    private static long now() {
        return System.nanoTime() / MILLI;
    }
}
