package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KernelThreadTest {
    @Test
    void whoAsksIsRunning() throws IOException {
        assertThat(KernelThread.current().isRunning()).isTrue();
    }

    @Test
    void whoWaitsIsNotRunningAndWhoHasEndedIsNotThere() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<KernelThread> itself = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("a) R (name").start(() -> {
            try {
                itself.complete(KernelThread.current());
                gate.await();
            } catch (IOException | InterruptedException e) {
                itself.completeExceptionally(e);
            }
        });
        KernelThread waiting = itself.get();
        await().until(() -> !waiting.isRunning());
        gate.countDown();
        thread.join();
        await().untilAsserted(() -> assertThatThrownBy(waiting::isRunning).isInstanceOf(IOException.class));
    }
}
