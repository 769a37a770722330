package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Hosts that say nothing, too little, or do not listen. */
final class HostileSilenceIT extends HostileCase {
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(20);
    private static final InitiatorSqe FLUSH =
            InitiatorSqe.flush(WRITABLE).cid(1).fitSgl(false, 0);

    @Override
    Timeouts timeouts() {
        Timeouts usual = Timeouts.defaults();
        return new Timeouts(
                Duration.ofMillis(1500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                usual.termination(),
                usual.discovery(),
                usual.fence(),
                usual.tick());
    }

    /** All at once, since each takes as long as the target's patience. */
    @Test
    void whoSaysTooLittleIsLeft() throws IOException {
        byte[] request = InitiatorFrame.icReq(InitiatorOptions.PLAIN).bytes();
        List<InitiatorConnection> silent = new ArrayList<>();
        silent.add(patient()); // says nothing
        for (int bytes = 1; bytes <= 7; bytes += 3) {
            silent.add(begun(Arrays.copyOf(request, bytes)));
        }
        silent.add(begun(Arrays.copyOf(request, 127)));
        silent.add(begun(request)); // never connects
        silent.add(connected()); // never authenticates
        InitiatorConnection within = begun(request);
        within.send(Arrays.copyOf(within.capsule(FLUSH).bytes(), 30)); // stops within a command
        silent.add(within);
        InitiatorConnection slow = begun(request);
        silent.add(slow);
        Thread dripping = Thread.ofPlatform().daemon().start(() -> drip(slow));

        for (InitiatorConnection connection : silent) {
            if (connection != slow) {
                InitiatorPdu pdu = connection.next();
                if (pdu != null && pdu.type() == InitiatorPdu.IC_RESP) {
                    pdu = connection.next();
                }
                assertThat(pdu == null || pdu.type() == InitiatorPdu.C2H_TERM_REQ)
                        .isTrue();
            }
        }
        join(dripping);
        for (InitiatorConnection connection : silent) {
            connection.close();
        }
    }

    /** A byte a second, of a command that would take more than a minute. */
    private static void drip(InitiatorConnection connection) {
        byte[] command = connection.capsule(FLUSH).bytes();
        try {
            for (byte each : command) {
                if (connection.socket().refused()) {
                    return;
                }
                connection.send(each);
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        } catch (IOException e) {
            return;
        }
        throw new AssertionError("the target waited for every byte");
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofSeconds(60)))
                    .as("the target leaves a host that drips")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void aHostThatGoesAfterAFewBytesIsForgottenAtOnce() throws IOException {
        byte[] request = InitiatorFrame.icReq(InitiatorOptions.PLAIN).bytes();
        for (int bytes = 0; bytes <= 7; bytes++) {
            try (InitiatorConnection connection = raw()) {
                connection.send(Arrays.copyOf(request, bytes));
                connection.socket().finish();
                assertThat(connection.next()).isNull();
            }
        }
    }

    @Test
    void aHostThatDoesNotListenIsNotHeard() throws IOException {
        int before = exports().open();
        try (InitiatorAssociation deaf = InitiatorAssociation.open(address(), plan().withKeepAlive(2_000))) {
            InitiatorConnection connection = deaf.queue(1).connection();
            long taken = 0;
            InitiatorSqe read = InitiatorSqe.read(WRITABLE, 0, 2048).fitSgl(false, 1 << 20);
            for (int cid = 0; cid < 15; cid++) {
                ByteBuffer command =
                        ByteBuffer.wrap(connection.capsule(read.cid(cid)).bytes());
                taken += connection.socket().offer(command);
            }
            assertThat(taken).isEqualTo(15 * 72);
            assertThat(target().pool().leased())
                    .as("bytes held for a deaf host")
                    .isLessThan(16 << 20);
            try (InitiatorAssociation other = association()) {
                for (int round = 0; round < 50; round++) {
                    works(other.queue(1));
                }
            }
            await().atMost(LONGEST_PATIENCE).until(() -> exports().open() <= before);
        }
    }

    private InitiatorConnection connected() throws IOException {
        InitiatorPlan plan = plan().withKeepAlive(0);
        AuthenticationKeys keys = new AuthenticationKeys(DhChapSecret.of(bytes(32, 0x41)), Optional.empty());
        exports().authenticate(plan.hostNqn(), keys);
        InitiatorConnection connection = initialised();
        InitiatorQueue admin = new InitiatorQueue(connection, 0, 32, true);
        byte[] data = InitiatorSqe.connectData(plan.hostId(), 0xffff, plan.subsystemNqn(), plan.hostNqn());
        InitiatorAssociation.done(admin.connect(InitiatorSqe.connect(0, 32, true, 0), data));
        return connection;
    }

    private InitiatorConnection patient() throws IOException {
        return InitiatorConnection.raw(address(), InitiatorOptions.PLAIN, LONGEST_PATIENCE);
    }

    private InitiatorConnection begun(byte[] bytes) throws IOException {
        InitiatorConnection connection = patient();
        connection.send(bytes);
        return connection;
    }
}
