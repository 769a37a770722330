package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Thousands of connections and associations, at a target as it is by default. */
final class HostileFloodIT extends HostileCase {
    private static final int HALF_OPEN = 10_000;
    private static final int ADDRESSES = 10;
    private static final int ASSOCIATIONS = 1_000;

    /** Descriptors that the target, this test and the JVM need besides. */
    private static final int SPARE_DESCRIPTORS = 4_000;

    private static final long MOST_GROWTH = 8 << 20;

    /** From ten addresses; as many as the limit of descriptors allows where that is less. */
    @Test
    void tenThousandHalfOpenConnectionsKeepNobodyOut() throws IOException {
        long before = heap();
        int count = (int) Math.min(HALF_OPEN, descriptorLimit() - SPARE_DESCRIPTORS);
        byte[] request = InitiatorFrame.icReq(InitiatorOptions.PLAIN).bytes();
        List<SocketChannel> half = new ArrayList<>();
        try (InitiatorAssociation old = association()) {
            for (int i = 0; i < count; i++) {
                half.add(halfOpen(i, Arrays.copyOf(request, i % 3 * request.length / 2)));
                if (i % 1000 == 999) {
                    works(old.queue(1));
                    try (InitiatorAssociation fresh = association()) {
                        works(fresh.queue(2));
                    }
                }
            }
            System.out.println("half-open connections: " + half.size() + ", of which the target keeps "
                    + target().admission().total());
            assertThat(target().admission().total())
                    .isLessThan(TargetOptions.defaults().connections() / 2);
        } finally {
            for (SocketChannel channel : half) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0); // or ports would be missing for a minute
                channel.close();
            }
        }
        await().until(() -> target().admission().total() < 10);
        await().untilAsserted(() -> assertThat(heap()).isLessThan(before + MOST_GROWTH));
    }

    @Test
    void anAddressHasSoManyAssociationsAndThenHasToWait() throws IOException {
        long before = heap();
        int most = TargetOptions.defaults().connectionsPerAddress() / 2;
        List<InitiatorAssociation> all = new ArrayList<>();
        try {
            int refused = 0;
            for (int i = 0; i < ASSOCIATIONS; i++) {
                InitiatorPlan plan = plan();
                if (all.size() < most - 2) { // one is the canary's
                    all.add(InitiatorAssociation.connect(address(), plan));
                } else if (target().associations().all().size() < most) {
                    all.add(InitiatorAssociation.connect(address(), plan));
                } else {
                    InitiatorRefusal refusal = catchThrowableOfType(
                            InitiatorRefusal.class, () -> InitiatorAssociation.connect(address(), plan));
                    assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_CONTROLLER_BUSY);
                    assertThat(refusal.doNotRetry()).isFalse();
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(ASSOCIATIONS - all.size());
            InitiatorAssociation last = all.getLast();
            last.enable();
            last.grant(1);
            works(last.connectQueue(1));
        } finally {
            for (InitiatorAssociation association : all) {
                association.close();
            }
        }
        await().until(() -> target().associations().all().size() == 1);
        await().untilAsserted(() -> assertThat(heap()).isLessThan(before + MOST_GROWTH));
    }

    @Test
    void aHostThatConnectsAThousandTimesHasOneAssociation() throws IOException {
        InitiatorPlan plan = plan();
        List<InitiatorAssociation> all = new ArrayList<>();
        try {
            for (int i = 0; i < ASSOCIATIONS; i++) {
                all.add(InitiatorAssociation.connect(address(), plan));
                assertThat(target().associations().all().stream()
                                .filter(each -> each.path().host().nqn().equals(plan.hostNqn())))
                        .hasSize(1);
            }
        } finally {
            for (InitiatorAssociation association : all) {
                association.close();
            }
        }
    }

    private SocketChannel halfOpen(int number, byte[] begun) throws IOException {
        SocketChannel channel = SocketChannel.open();
        InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + number % ADDRESSES)});
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(address());
        if (begun.length > 0) {
            channel.write(ByteBuffer.wrap(begun));
        }
        return channel;
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long descriptorLimit() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[3])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst()
                .orElseThrow();
    }
}
