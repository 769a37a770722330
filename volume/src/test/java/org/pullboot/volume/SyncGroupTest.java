package org.pullboot.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SyncGroupTest {
    private final SyncGroup group = new SyncGroup();

    @Test
    void everyoneIsServedByASyncThatStartedAfterHeAsked() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicLong durable = new AtomicLong();
        AtomicInteger syncs = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        int threads = 16;
        int rounds = 500;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        long mine = written.incrementAndGet();
                        group.join(() -> {
                            assertThat(running.incrementAndGet()).isEqualTo(1);
                            long now = written.get();
                            durable.set(now);
                            syncs.incrementAndGet();
                            running.decrementAndGet();
                        });
                        assertThat(durable.get()).isGreaterThanOrEqualTo(mine);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(syncs.get()).isLessThanOrEqualTo(threads * rounds);
    }

    @Test
    void thoseWhoWaitForOneThatRunsShareTheNext() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger syncs = new AtomicInteger();
        int followers = 8;
        try (ExecutorService pool = Executors.newFixedThreadPool(followers + 1)) {
            List<Thread> waiting = java.util.Collections.synchronizedList(new ArrayList<>());
            Future<?> first = pool.submit(() -> {
                group.join(() -> {
                    started.countDown();
                    await(go);
                });
                return null;
            });
            started.await();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < followers; i++) {
                all.add(pool.submit(() -> {
                    waiting.add(Thread.currentThread());
                    group.join(syncs::incrementAndGet);
                    return null;
                }));
            }
            while (waiting.size() < followers
                    || !waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
                Thread.onSpinWait();
            }
            go.countDown();
            first.get();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(syncs.get()).isEqualTo(1);
    }

    @Test
    void aFailedSyncServesNobody() throws IOException {
        assertThatThrownBy(() -> group.join(() -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");
        AtomicInteger syncs = new AtomicInteger();
        group.join(syncs::incrementAndGet);
        assertThat(syncs.get()).isEqualTo(1);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
