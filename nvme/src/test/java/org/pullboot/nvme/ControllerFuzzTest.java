package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ControllerFuzzTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(AdminHost.HOST.address(), 4420);

    @FuzzTest
    void anyCommandsAreAnswered(byte[] bytes) {
        replay(bytes);
    }

    @Test
    void randomCommandsAreAnswered() {
        long seed = 74_656;
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = new byte[64 * 100];
            random.nextBytes(bytes);
            for (int at = 0; at < bytes.length; at += 64) {
                likely(bytes, at, random);
            }
            try {
                replay(bytes);
            } catch (AssertionError failure) {
                throw new AssertionError("seed " + seed + ", round " + round, failure);
            }
        }
    }

    /** Mostly commands that there are, with small values, so that more than the first check is reached. */
    private static void likely(byte[] bytes, int at, Random random) {
        int[] opcodes = {0x02, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x18, 0x7f, 0x7f};
        if (random.nextInt(8) != 0) {
            bytes[at] = (byte) opcodes[random.nextInt(opcodes.length)];
            bytes[at + 1] = 0x40;
        }
        if (random.nextBoolean()) {
            bytes[at + 4] = (byte) random.nextInt(20);
            bytes[at + 5] = bytes[at + 6] = bytes[at + 7] = 0;
        }
        if (random.nextBoolean()) {
            // CC, enabled or not.
            bytes[at + 40] = (byte) random.nextInt(2);
            ByteBuffer.wrap(bytes).putInt(at + 44, 0x1400_0000).putLong(at + 48, 0x0100_4600_0000_0000L);
        }
        if (random.nextInt(4) == 0) {
            ByteBuffer.wrap(bytes).putInt(at + 44, 0).putLong(at + 48, 0);
            bytes[at + 40] = (byte) random.nextInt(0x20);
        }
    }

    /** Nothing but one answer to each command, except that requests for events may wait. */
    private static void replay(byte[] bytes) {
        FakeExport export = new FakeExport(
                new Namespace(1, new UUID(1, 2), FakeDisk.of(1 << 20)),
                new Namespace(16, new UUID(3, 4), FakeDisk.readOnly(512)));
        DiscoveryService service = new DiscoveryService(
                new Exports() {
                    @Override
                    public List<String> visibleTo(Host host) {
                        return List.of("nqn.2026-01.org.pullboot:a");
                    }

                    @Override
                    public Export open(String subsystemNqn, Host host) throws RefusedException {
                        throw new RefusedException(RefusedException.Reason.NOT_NOW, "not here");
                    }
                },
                LOCAL,
                false);
        for (AdminHost host : List.of(AdminHost.enabled(export), AdminHost.enabledDiscovery(service, LOCAL))) {
            int waiting = 0;
            int answered = 0;
            List<AdminReply> replies = new ArrayList<>();
            for (int at = 0; at + 64 <= bytes.length; at += 64) {
                ByteBuffer entry = ByteBuffer.wrap(bytes, at, 64);
                int before = replies.size();
                host.controller.execute(entry, ByteBuffer.wrap(bytes), replies::add);
                boolean request = (bytes[at] & 0xff) == AdminOpcode.ASYNC_EVENT_REQUEST;
                if (replies.size() == before) {
                    assertThat(request).isTrue();
                    waiting++;
                }
                answered++;
                if (at % 1024 == 0) {
                    host.controller.namespacesChanged();
                    host.controller.subsystemsChanged();
                }
            }
            assertThat(replies).hasSizeBetween(answered - waiting, answered);
            assertThat(answered - replies.size()).isLessThanOrEqualTo(4);
            for (AdminReply reply : replies) {
                if (reply instanceof AdminReply.Data(ByteBuffer content)) {
                    assertThat(content.remaining()).isBetween(1, 1 << 20);
                } else {
                    assertThat(AdminHost.status(reply)).isNotEqualTo(NvmeStatus.INTERNAL_ERROR);
                }
            }
            host.setProperty(0x14, 0);
            host.setProperty(0x14, AdminHost.CC_ENABLED);
            assertThat(host.controller.ready()).isTrue();
        }
    }
}
