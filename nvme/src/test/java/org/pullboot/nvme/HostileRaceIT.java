package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a host does to a controller at the same time as it ends it: either happens first, and nothing is left. */
final class HostileRaceIT extends HostileCase {
    private static final int ROUNDS = 60;

    /** Something that may be refused, or find its connection closed. */
    private interface Step {
        void run() throws IOException;
    }

    @Test
    void aQueueConnectsWhileItsControllerIsReset() throws Exception {
        race(association -> () -> association.setProperty(InitiatorAssociation.CC, 0));
    }

    @Test
    void aQueueConnectsWhileItsControllerIsShutDown() throws Exception {
        race(association ->
                () -> association.setProperty(InitiatorAssociation.CC, InitiatorAssociation.ENABLE | 1 << 14));
    }

    @Test
    void aQueueConnectsWhileItsHostGoes() throws Exception {
        race(association -> () -> association.admin().connection().socket().reset());
    }

    @Test
    void aQueueConnectsWhileItsHostComesAgain() throws Exception {
        race(association ->
                () -> InitiatorAssociation.open(address(), association.plan()).close());
    }

    @Test
    void aControllerIsKeptAliveWhenItsTimeIsOver() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (InitiatorAssociation association = InitiatorAssociation.open(address(), plan().withKeepAlive(300))) {
                for (int i = 0; i < 4; i++) {
                    LockSupport.parkNanos(Duration.ofMillis(290 + 10L * i).toNanos());
                    assertThat(reaction(() -> association.admin().execute(InitiatorSqe.keepAlive())))
                            .isIn("S(000)", "X");
                }
            }
        }
    }

    /** What ends an association. */
    private interface Ending {
        Step of(InitiatorAssociation association);
    }

    private void race(Ending ending) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                InitiatorAssociation association = InitiatorAssociation.connect(address(), plan());
                association.enable();
                int granted = association.grant(2);
                assertThat(granted).isPositive();
                CountDownLatch start = new CountDownLatch(1);
                Step end = ending.of(association);
                List<Future<?>> both = List.of(
                        threads.submit(() -> after(start, () -> works(association.connectQueue(1)))),
                        threads.submit(() -> after(start, end)));
                start.countDown();
                for (Future<?> each : both) {
                    finish(each);
                }
                association.close();
            }
        }
    }

    /** Returns whether it could be done. */
    private static boolean after(CountDownLatch start, Step step) throws InterruptedException {
        start.await();
        try {
            step.run();
            return true;
        } catch (IOException e) {
            return false; // the other was first
        }
    }

    private static void finish(Future<?> step) throws InterruptedException {
        try {
            step.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a race was lost by more than a refusal", e.getCause());
        }
    }
}
